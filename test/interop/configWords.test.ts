import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyConfigChanges, parseConfigChange } from '../../shared/image/configChange';
import { problemOf } from '../../shared/image/problem';
import { dockerEngineObstacle, openDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { dockerArchive } from '../setup/imageBuilder';
import { openBench, type Bench } from './bench';
import { peerSuite } from './peers';
import { openPodman, type PodmanEngine } from './podmanEngine';

/** The words of `commit --change` give the config that Docker and Podman make of the same words. */

/** What the image says before: every member is there to be changed or added to. */
const before = {
  Env: ['PATH=/bin:/usr/bin', 'HOME=/srv/home', 'EMPTY='],
  Cmd: ['/bin/serve', '--all'],
  Entrypoint: ['/bin/init'],
  WorkingDir: '/srv/app',
  Labels: { kept: 'yes', version: '1' },
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {} },
  User: 'app',
  StopSignal: 'SIGTERM',
};

/** Changes, each list in one commit: what both make of it is the same. */
const cases: readonly (readonly string[])[] = [
  ['CMD ["/bin/echo", "a b", "c"]'],
  ['CMD /bin/echo "a b" $HOME'],
  ['CMD []'],
  ['CMD ["not", json]'],
  ["CMD ['single', 'quotes']"],
  ['cmd ["lower"]'],
  ['ENTRYPOINT ["/bin/tini", "--"]'],
  ['ENTRYPOINT exec top -b'],
  ['ENTRYPOINT ["/x"]', 'CMD ["y"]'],
  ['CMD ["y"]', 'ENTRYPOINT ["/x"]'],
  ['ENV A=1'],
  ['ENV A=1 B=2 C="three words" D=with\\ blank'],
  ['ENV A one long value'],
  ['ENV A   spaced   out  '],
  ['ENV A "quoted value"'],
  ['ENV A=\'single $HOME\' B="double $HOME" C=$HOME'],
  ['ENV A=${HOME}/bin B=${NONE:-fallback} C=${HOME:+set} D=${NONE:+set} E=${EMPTY:-empty}'],
  ['ENV A=1 B=$A'],
  ['ENV A=1', 'ENV B=$A'],
  ['ENV PATH=/opt/bin:$PATH'],
  ['ENV A=\\$HOME B="a\\"b" C=\'a"b\' D="a\\\\b" E=a\\\\b'],
  ['ENV A='],
  ['ENV A= B='],
  ['ENV A=a=b=c'],
  ['ENV EMPTY=full'],
  ['ENV A="a b"c\'d e\''],
  ['ENV A=é B=目录'],
  ['LABEL version=2 maintainer="Ada Lovelace"'],
  ['LABEL "com.example.a b"="c d"'],
  ['LABEL com.example.text=a\\ b\\ c'],
  ['LABEL old form of a label'],
  ['LABEL a=$HOME'],
  ['LABEL a="line \\n stays"'],
  ['LABEL a= b=""'],
  ['EXPOSE 443'],
  ['EXPOSE 53/udp 8080/tcp 9000/sctp'],
  ['EXPOSE 8000-8003'],
  ['EXPOSE 8000-8001/udp'],
  ['EXPOSE 80 80/tcp'],
  ['ENV PORT=7000', 'EXPOSE $PORT'],
  ['EXPOSE 8080/TCP'],
  ['USER root'],
  ['USER 1000:1000'],
  ['USER $HOME'],
  ['WORKDIR /opt'],
  ['WORKDIR sub/dir'],
  ['WORKDIR ..'],
  ['WORKDIR ../../../..'],
  ['WORKDIR $HOME/x'],
  ['WORKDIR /opt', 'WORKDIR a', 'WORKDIR b'],
  ['WORKDIR /with blank'],
  ['WORKDIR "/quoted dir"'],
  ['VOLUME /cache'],
  ['VOLUME /cache /logs'],
  ['VOLUME ["/cache", "/with blank"]'],
  ['VOLUME $HOME/data'],
  ['VOLUME relative'],
  ['ONBUILD COPY . /app', 'ONBUILD RUN make $HOME'],
  ['VOLUME ["/cache", "$HOME"]'],
  ['HEALTHCHECK NONE'],
  ['HEALTHCHECK CMD curl -f http://localhost/ || exit 1'],
  ['HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]'],
  ['HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=2h --retries=3 CMD true'],
  ['HEALTHCHECK --interval=1.5h CMD true'],
  ['healthcheck cmd true'],
  ['HEALTHCHECK CMD $HOME/check'],
];

/** The same for Podman, whose commit takes the words plainly: no quotes, variables or relative paths, one of each. */
const podmanCases: readonly (readonly string[])[] = [
  ['CMD ["/bin/echo", "a b", "c"]'],
  ['CMD /bin/echo "a b" $HOME'],
  ['CMD ["y"]', 'ENTRYPOINT ["/x"]'],
  ['ENV A=1', 'ENV B=2'],
  ['LABEL version=2'],
  ['EXPOSE 443'],
  ['USER 1000:1000'],
  ['WORKDIR /opt/app'],
  ['VOLUME /cache /logs'],
  ['STOPSIGNAL 9'],
];

/** Words that Docker refuses, too. */
const refused: readonly string[] = [
  'RUN true',
  'COPY a b',
  'FROM scratch',
  'CMD ["a", 1]',
  'ENTRYPOINT [null]',
  'VOLUME ["/a", {}]',
  'HEALTHCHECK CMD ["a", []]',
  'NONSENSE a',
  'ENV',
  'ENV A',
  'ENV =1',
  'ENV A=1 B',
  'ENV A="open',
  "LABEL a='open",
  'LABEL a',
  'LABEL =b',
  'EXPOSE',
  'EXPOSE http',
  'EXPOSE 70000',
  'EXPOSE 90-80',
  'EXPOSE 80/icmp',
  'EXPOSE -1',
  'USER',
  'WORKDIR',
  'VOLUME',
  'VOLUME []',
  'VOLUME [""]',
  'STOPSIGNAL',
  'HEALTHCHECK',
  'HEALTHCHECK true',
  'HEALTHCHECK CMD',
  'HEALTHCHECK NONE true',
  'HEALTHCHECK --interval=soon CMD true',
  'HEALTHCHECK --interval=-1s CMD true',
  'HEALTHCHECK --interval=1us CMD true',
  'HEALTHCHECK --retries=many CMD true',
  'HEALTHCHECK --retries=-1 CMD true',
  'HEALTHCHECK --nothing=1 CMD true',
];

type Config = Readonly<Record<string, unknown>>;

/** The members that the words change; what is empty counts as absent. */
function told(config: Config): Config {
  const members = ['Cmd', 'Entrypoint', 'Env', 'Labels', 'ExposedPorts', 'User', 'WorkingDir', 'Volumes'];
  return Object.fromEntries(
    [...members, 'StopSignal', 'Healthcheck'].flatMap((key) => {
      const value = config[key];
      const empty =
        value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
      return empty ? [] : [[key, value]];
    }),
  );
}

function ours(changes: readonly string[]): Config {
  const document = applyConfigChanges(
    { architecture: 'amd64', config: before },
    changes.map((text) => parseConfigChange(text)),
  );
  return told(document['config'] as Config);
}

peerSuite(
  'Dockerfile words beside a real Docker engine',
  ['docker'],
  () => {
    let bench: Bench;
    let engine: DockerEngine | null = null;
    let container = '';
    const docker = (...args: string[]): Promise<string> => {
      if (engine === null) throw new Error('no engine');
      return engine.docker(args);
    };
    beforeAll(async () => {
      bench = await openBench();
      engine = await openDockerEngine();
      const spec = { names: ['rig/words:1'], layers: [{ files: [{ path: 'a' }] }], config: before };
      await writeFile(bench.path('words.tar'), dockerArchive([spec]));
      await docker('load', '-i', bench.path('words.tar'));
      container = (await docker('create', 'rig/words:1')).trim();
    });
    afterAll(async () => {
      await engine?.stop();
      await bench.close();
    });

    test.each(cases.map((changes) => [changes.join('; '), changes] as const))('%s', async (_, changes) => {
      const words = changes.flatMap((change) => ['-c', change]);
      const id = (await docker('commit', ...words, container)).trim();
      const [{ Config: theirs }] = JSON.parse(await docker('inspect', id)) as [{ Config: Config }];
      expect(ours(changes)).toEqual(told(theirs));
    });

    test.each(refused)('%s is refused by both', async (change) => {
      if (engine === null) throw new Error('no engine');
      const { code } = await engine.tryDocker(['commit', '-c', change, container]);
      expect(code).not.toBe(0);
      let found: string | null = null;
      try {
        ours([change]);
      } catch (thrown) {
        found = problemOf(thrown).code;
      }
      expect(found).toBe('config-change-invalid');
    });
  },
  dockerEngineObstacle(),
);

describe.runIf(process.getuid?.() === 0)('as root', () => {
  peerSuite('Dockerfile words beside Podman', ['podman'], () => {
    let bench: Bench;
    let engine: PodmanEngine;
    beforeAll(async () => {
      bench = await openBench();
      engine = await openPodman(bench.path('podman'));
      const spec = { names: ['rig/words:1'], layers: [{ files: [{ path: 'a' }] }], config: before };
      await writeFile(bench.path('words.tar'), dockerArchive([spec]));
      await engine.podman('load', '-q', '-i', join(bench.folder, 'words.tar'));
      await engine.podman('create', '--name', 'words', 'rig/words:1');
    });
    afterAll(() => bench.close());

    test.each(podmanCases.map((changes) => [changes.join('; '), changes] as const))(
      '%s',
      async (_, changes) => {
        const words = changes.flatMap((change) => ['-c', change]);
        const id = (await engine.podman('commit', '-q', '-f', 'docker', ...words, 'words')).trim();
        const [image] = JSON.parse(await engine.podman('inspect', '--type', 'image', id)) as [
          { Config: Config },
        ];
        // Podman writes what it gives to every container into the image, too, and the environment in any order.
        const sorted = (config: Config): Config => {
          const env = config['Env'] as readonly string[];
          return { ...config, Env: env.filter((entry) => !/^(?:TERM|container)=/.test(entry)).sort() };
        };
        expect(sorted(ours(changes))).toEqual(sorted(told(image.Config)));
      },
    );
  });
});
