import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { templatePrinter } from '../../electron/cli/template/evaluate';
import type { Value } from '../../electron/cli/template/goValue';
import { imageType } from '../../electron/cli/template/goTypes';
import { inspectZeros } from '../../electron/cli/template/zeros';
import { dockerEngineObstacle, openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { dockerArchive, type ImageSpec } from '../setup/imageBuilder';
import { place, stratigraph } from '../unit/electron/cliTools';
import { openBench, type Bench } from './bench';
import { peerSuite } from './peers';

/** `--format` takes the templates that Docker takes, and prints what Docker prints of the same images. */

const spec: ImageSpec = {
  names: ['rig/shop:1', 'rig/shop:latest', 'registry.example:5000/a/b:v2'],
  created: '2020-03-04T05:06:07.123456789Z',
  layers: [{ files: [{ path: 'a', content: 'one' }] }, { files: [{ path: 'b', content: 'two' }] }],
  config: {
    Env: ['PATH=/bin:/usr/bin', 'LANG=C.UTF-8', 'TEXT=a "b" <c> & é 目录'],
    Cmd: ['/bin/serve', '--all'],
    Entrypoint: ['/bin/init'],
    WorkingDir: '/srv/app',
    Labels: { kept: 'yes', 'com.example.a': 'x y', empty: '' },
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    User: 'app',
  },
};
const other: ImageSpec = {
  names: ['rig/tool:2'],
  created: '2021-01-01T00:00:00Z',
  layers: spec.layers ?? [],
};

/** One with all that a config can say. */
const rich: ImageSpec = {
  names: ['rig/rich:1'],
  history: [
    {
      created: '2021-01-01T00:00:00Z',
      created_by: '/bin/sh -c #(nop)  COPY\tfile:0123456789abcdef  in /a/long/path ',
    },
    { created: '2021-01-01T00:00:01Z', created_by: 'RUN  a \\  b', comment: 'two  blanks' },
  ],
  created: '2022-01-01T00:00:00Z',
  layers: spec.layers ?? [],
  config: {
    ...spec.config,
    Healthcheck: {
      Test: ['CMD-SHELL', 'true'],
      Interval: 90_000_000_000,
      Timeout: 1_500_000_000,
      StartPeriod: 3_723_000_000_001,
      Retries: 3,
    },
    Volumes: { '/data': {}, '/log': {} },
    OnBuild: ['COPY . /src'],
    Shell: ['/bin/bash', '-c'],
    StopSignal: 'SIGQUIT',
  },
};

/** Templates for values that have types of Docker's own: sets, durations, structures. */
const typed: readonly string[] = [
  '{{.Config.ExposedPorts}} {{.Config.Volumes}} {{len .Config.Volumes}} {{json .Config.Volumes}}',
  '{{range $k, $v := .Config.ExposedPorts}}{{$k}}={{$v}};{{end}}',
  '{{index .Config.ExposedPorts "80/tcp"}}{{index .Config.ExposedPorts "81/tcp"}}',
  '{{.Config.Healthcheck}} {{print .Config.Healthcheck}} {{printf "%v %+v" .Config.Healthcheck .Config.Healthcheck}}',
  '{{.Config.Healthcheck.Interval}} {{.Config.Healthcheck.Timeout}} {{.Config.Healthcheck.StartPeriod}}',
  '{{.Config.Healthcheck.StartInterval}} {{.Config.Healthcheck.Retries}} {{.Config.Healthcheck.Test}}',
  '{{with .Config.Healthcheck}}{{.Interval}} {{json .}}{{end}}',
  '{{printf "%s %d %v %T" .Config.Healthcheck.Interval .Config.Healthcheck.Interval .Config.Healthcheck.Timeout .Config.Healthcheck.Timeout}}',
  '{{if .Config.Healthcheck.StartInterval}}some{{else}}none{{end}} {{gt .Config.Healthcheck.Interval 1000}}',
  '{{eq .Config.Healthcheck.Interval 90000000000}} {{eq .Config.Healthcheck nil}} {{eq .Config nil}}',
  '{{.Metadata}} {{.Metadata.LastTagTime}} {{json .Metadata}}',
  '{{printf "%T %T %T %T" .Os .Config.Env .Config.Labels .Config}}',
  '{{printf "%#v %#v %#v" .Os .Config.Cmd .Config.Labels}}',
  '{{printf "%[2]s %[1]s|%[1]d|%[3]*.[2]*[1]f|%[9]d" "a" "b"}} {{printf "%#q %#q" "a" "b`"}}',
  '{{upper "straße é"}} {{lower "ÀB"}} {{json "<&\u2028>"}}',
  '{{js "it\'s <b> \\"q\\" & = \\\\ é\\n"}}',
];

/** Templates for `docker image inspect`. */
const inspected: readonly string[] = [
  '{{.Id}}',
  '{{.ID}}',
  '{{.Os}}/{{.Architecture}}',
  '{{.Config.WorkingDir}}|{{.Config.User}}',
  '{{.Config.Cmd}}',
  '{{.RepoTags}}',
  '{{json .Config.Env}}',
  '{{json .Config.Labels}}',
  '{{json .RootFS}}',
  '{{json .RepoTags | len}}',
  '{{len .RootFS.Layers}}',
  '{{len .Config.Env | printf "%03d"}}',
  '{{index .Config.Env 1}}',
  '{{index .Config.Labels "kept"}}',
  '{{index .Config.Labels "none"}}|',
  '{{.Config.Labels.kept}}',
  '{{.Config.Labels.none}}',
  '{{index .Config.Labels "com.example.a"}}',
  '{{range .Config.Env}}{{println .}}{{end}}',
  '{{range $i, $e := .Config.Env}}{{if $i}}, {{end}}{{$i}}={{$e}}{{end}}',
  '{{range $k, $v := .Config.Labels}}[{{$k}}={{$v}}]{{end}}',
  '{{range $k, $v := .Config.ExposedPorts}}{{$k}} {{end}}',
  '{{range .Config.OnBuild}}x{{else}}none{{end}}',
  '{{with .Config.User}}user {{.}}{{else}}root{{end}}',
  '{{with .Config.Hostname}}host {{.}}{{else}}no host{{end}}',
  '{{if .Config.Entrypoint}}{{join .Config.Entrypoint " "}} {{end}}{{join .Config.Cmd " "}}',
  '{{if eq .Os "linux"}}yes{{else}}no{{end}}',
  '{{if and .Config.User (eq .Config.User "app")}}app{{else if .Config.User}}other{{else}}none{{end}}',
  '{{if or .Config.Hostname .Config.User}}{{or .Config.Hostname .Config.User}}{{end}}',
  '{{if not .Config.Hostname}}no{{end}}',
  '{{2.0}} {{1e3}} {{1e5}} {{1e6}} {{-2.50}} {{.5}} {{1234567.5}} {{123456789.0}} {{0.00001}} {{json 2.0}} {{json 1e6}} {{json 0.5}}',
  '{{printf "%d %v %T %s %g %.1f %05.1f %+v %T" 2.0 2.0 2.0 2.0 2.0 2.0 -2.0 2.0 2}} {{if 0.0}}a{{else}}b{{end}} {{not 1.0}}',
  "{{lt 1.0 2.5}} {{le 2.0 2.0}} {{gt 1e6 1.5}} {{ge .5 0.50}} {{eq 1.0 1.00}} {{ne 1.0 2.5}} {{eq 1 1 1.0}} {{eq nil 1}} {{lt 'a' 98}}",
  '{{if ne .Os "windows"}}a{{end}}{{if lt 1 2}}b{{end}}{{if le 2 2}}c{{end}}{{if gt 3 2}}d{{end}}{{if ge 1 2}}e{{end}}',
  '{{eq .Os "windows" "linux"}}',
  '{{upper .Os}} {{lower "ABC"}} {{title "a small text, it\'s one"}}',
  '{{split "a:b:c" ":"}} {{index (split .Config.WorkingDir "/") 1}}',
  '{{(index .RepoTags 0) | upper}}',
  '{{truncate .Id 12}}|{{truncate "ab" 12}}|{{pad "x" 2 3}}|{{pad "" 2 3}}|',
  '{{slice .Id 7 19}}',
  '{{printf "%s=%d %v %q %5s|%-5s|%05d %x %t %%" "a" 7 true "q\\"r" "r" "l" 42 255 false}}',
  '{{printf "%.2f %8.3f %e %g" 3.14159 2.5 1234.5 0.000001}}',
  '{{printf "%q" .Config.Cmd}}',
  '{{printf "%d %s" "x" 1}} {{printf "%d"}} {{printf "%d" 1 2}} {{printf "%!"}}',
  '{{print "a" 1 2 "b" true false}}',
  '{{print 1 2}} {{println "a" 1}}',
  '{{html "<a href=\'x\'>&\\"</a>"}} {{urlquery "a b/c?d=é&e"}}',
  '{{- /* a comment */ -}} x {{- " y " -}} z',
  'a  {{- "b" -}}  c',
  '{{"quoted \\t tab \\u00e9 \\x41"}}{{`raw \\n`}}{{\'a\'}}',
  '{{$x := .Os}}{{$x}}{{$x = "new"}}{{$x}}{{range .Config.Cmd}}{{$x = .}}{{end}}{{$x}}',
  '{{range .Config.Env}}{{$.Os}} {{end}}',
  '{{define "t"}}<{{.}}>{{end}}{{template "t" .Os}}{{template "t"}}',
  '{{block "b" .Os}}({{.}}){{end}}',
  '{{(.Config).User}} {{(index .Config.Env 0)}}',
  '{{.Config.Env | len | printf "%d entries"}}',
  '{{range $i, $l := .RootFS.Layers}}{{printf "%d %.15s\\n" $i $l}}{{end}}',
  '{{json .RootFS}}{{/* nothing */}}',
  '{{1}} {{-2}} {{0x10}} {{1.5}} {{1e3}} {{true}} {{"s"}}',
  '{{len "é目"}} {{index "abc" 1}} {{printf "%5s|" "é"}}',
  'no action at all',
  '{{.Config.Volumes | len}}',
  '{{.Config.StopSignal}}|{{.Config.Shell}}|{{.Config.Healthcheck}}|{{.Variant}}|{{.OsVersion}}',
  '{{if .Config.Healthcheck}}checked{{else}}unchecked{{end}}',
  '{{.Config.OnBuild}} {{json .Config.OnBuild}} {{len .Config.OnBuild}} {{.Config.Volumes}} {{json .Config.Volumes}}',
  '{{.Config.Hostname}}|{{.Parent}}|{{.Comment}}|{{.DockerVersion}}|{{.Author}}',
  '{{range $k, $v := .Config.Volumes}}{{$k}}{{else}}no volumes{{end}}',
];

/** Templates that Docker refuses, too: what they ask for is not there, or they are none. */
const refused: readonly string[] = [
  '{{.Nothing}}',
  '{{.Config.Nothing}}',
  '{{.Os',
  '{{if .Os}}x',
  '{{end}}',
  '{{else}}',
  '{{nofunction .Os}}',
  '{{index .Config.Env 99}}',
  '{{index .Config.Env -1}}',
  '{{$y}}',
  '{{.Os.More}}',
  '{{"a" "b"}}',
  '{{lower 1}}',
  '{{len 3}}',
  '{{template "none"}}',
  '{{nil}}',
  '{{range .Os}}x{{end}}',
  '{{lt 1 "a"}}',
  '{{lt 1 2.0}}',
  '{{ge 3.0 3}}',
  '{{lt 1e0 2}}',
  '{{eq 1 1.0}}',
  '{{eq 1 1.0 1}}',
  '{{ne 1 1.5}}',
  '{{eq true 1}}',
  '{{lt true false}}',
  '{{eq 1.0 "a"}}',
  '{{le "a" 1.0}}',
  '{{index "abc" 1.0}}',
  '{{slice "abc" 1.0}}',
  '{{len 2.0}}',
  '{{range 2.0}}x{{end}}',
  '{{| .Os}}',
  '{{"open}}',
  '{{.Os)}}',
];

/** Of an image whose config says nothing, too. */
const bare: readonly string[] = [
  '{{.Config.Labels.none}}',
  '{{index .Config.Labels "none"}}|',
  '{{.Config.Labels}} {{.Config.Env}} {{.Config.Cmd}} {{.Config.Entrypoint}} {{.Config.ExposedPorts}}',
  '{{json .Config.Labels}} {{json .Config.Cmd}}',
  '{{.Config.User}}|{{.Config.WorkingDir}}|{{.Config.StopSignal}}',
  '{{if .Config.Labels}}labels{{else}}none{{end}} {{len .Config.Labels}}',
];

/** Formats of `docker images`. */
const listed: readonly string[] = [
  '{{.Repository}}:{{.Tag}}',
  '{{.ID}}',
  '{{.CreatedAt}}',
  '{{.CreatedSince}}',
  '{{.Containers}}',
  '{{.Repository}}\\t{{.Tag}}\\n',
  '{{json .Repository}} {{upper .Tag}} {{.Repository | len}}',
  '{{if eq .Tag "1"}}one{{else}}{{.Tag}}{{end}}',
  'table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}',
  'table {{.Tag}} {{.Repository}}',
  'table {{.Repository}}\\t{{upper .Tag}}\\t{{json .ID}}\\t{{truncate .Repository 5}}',
  'table   {{.CreatedAt}}\\t{{.CreatedSince}}  ',
  '{{json .Repository}} {{json "<none>"}}',
  'table {{range split .Repository "/"}}{{.}},{{end}}{{.Tag}}',
];

/** Formats of `docker history`. */
const steps: readonly string[] = [
  '{{.CreatedAt}}',
  '{{.CreatedBy}}|{{.Comment}}',
  'table {{.CreatedBy}}\\t{{.CreatedAt}}',
];

peerSuite(
  'Templates beside a real Docker engine',
  ['docker'],
  () => {
    let bench: Bench;
    let engine: DockerEngine | null = null;
    let document: Value = null;
    const docker = async (...args: string[]): Promise<string | null> => {
      if (engine === null) throw new Error('no engine');
      return engine.docker(args).catch(() => null);
    };

    beforeAll(async () => {
      bench = await openBench();
      place.store = bench.path('store');
      engine = await openDockerEngine();
      await writeFile(bench.path('rig.tar'), dockerArchive([spec, other, rich]));
      await docker('load', '-i', bench.path('rig.tar'));
      await stratigraph('load', '-q', '-i', bench.path('rig.tar'));
      document = (JSON.parse((await docker('image', 'inspect', 'rig/shop:1')) ?? '') as readonly Value[])[0];
    });
    afterAll(async () => {
      await engine?.stop();
      await bench.close();
    });

    test.each(inspected)('inspect -f %s', async (template) => {
      expect(`${templatePrinter(template, { zeros: inspectZeros, type: imageType })(document)}\n`).toBe(
        await docker('image', 'inspect', '-f', template, 'rig/shop:1'),
      );
    });

    test.each(typed)('our inspect -f %s of an image with all that a config can say', async (template) => {
      const { stdout, stderr } = await stratigraph('inspect', '-f', template, 'rig/rich:1');
      expect(stderr).toBe('');
      expect(stdout).toBe(await docker('image', 'inspect', '-f', template, 'rig/rich:1'));
    });

    test.each(refused)('inspect -f %s is refused', async (template) => {
      expect(await docker('image', 'inspect', '-f', template, 'rig/shop:1')).toBeNull();
      expect(() => templatePrinter(template, { zeros: inspectZeros, type: imageType })(document)).toThrow();
    });

    // What our document says itself where Docker's says it, too; names stand in no order there, and not all is in ours.
    const differs = /json \.RootFS|{{\.RepoTags}}|index \.RepoTags/;
    test.each(inspected.filter((each) => !differs.test(each)))('our inspect -f %s', async (template) => {
      const { stdout, stderr } = await stratigraph('inspect', '-f', template, 'rig/shop:1');
      expect(stderr).toBe('');
      expect(stdout).toBe(await docker('image', 'inspect', '-f', template, 'rig/shop:1'));
    });

    test.each(bare)('inspect -f %s of an image whose config is empty', async (template) => {
      const { stdout, stderr } = await stratigraph('inspect', '-f', template, 'rig/tool:2');
      expect(stderr).toBe('');
      expect(stdout).toBe(await docker('image', 'inspect', '-f', template, 'rig/tool:2'));
    });

    test.each(listed)('images --format %s', async (format) => {
      const { stdout, stderr } = await stratigraph('images', '--format', format);
      expect(stderr).toBe('');
      // Docker gives the names of an image in the order of its map.
      const sorted = (text: string | null): readonly string[] => (text ?? '').split('\n').sort();
      expect(sorted(stdout)).toEqual(sorted(await docker('images', '--format', format)));
    });

    test.each(steps)('history --format %s', async (format) => {
      const { stdout } = await stratigraph('history', '--format', format, 'rig/shop:1');
      expect(stdout).toBe(await docker('history', '--format', format, 'rig/shop:1'));
    });

    test.each([...steps, '{{len .CreatedBy}}'])(
      'history --format %s with blanks and tabs',
      async (format) => {
        const { stdout } = await stratigraph('history', '--format', format, 'rig/rich:1');
        expect(stdout).toBe(await docker('history', '--format', format, 'rig/rich:1'));
      },
    );

    test('images --format json has the members of Docker', async () => {
      const mine = (await stratigraph('images', '--format', 'json', 'rig/tool')).stdout;
      const theirs = await docker('images', '--format', '{{json .}}', 'rig/tool');
      const keys = (text: string | null): readonly string[] => Object.keys(JSON.parse(text ?? '') as object);
      expect(keys(mine)).toEqual(expect.arrayContaining([...keys(theirs)]));
    });
  },
  dockerEngineObstacle(),
);
