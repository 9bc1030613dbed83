import { describe, expect, it } from 'vitest';
import { csvText, graphDot, imageRows, layerRows, partOfGraph } from '../../../shared/graph/graphExport';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { storeOf } from './graphFixtures';

const input = storeOf({
  images: [{ layers: ['a', 'b'] }, { layers: ['a', 'c', 'd'] }, { layers: [] }],
  roots: [
    { name: 'one:1', images: [0] },
    { name: null, images: [1] },
    { name: 'none:1', images: [2] },
  ],
});

describe('csvText', () => {
  it('quotes what RFC 4180 wants quoted and ends records with CRLF', () => {
    const text = csvText({
      head: ['a', 'b'],
      rows: [
        ['plain', 1],
        ['with "quotes", comma', 2],
        ['two\nlines', 3],
      ],
    });
    expect(text).toBe('a,b\r\nplain,1\r\n"with ""quotes"", comma",2\r\n"two\nlines",3\r\n');
  });

  it('never writes a cell that a spreadsheet runs', () => {
    for (const cell of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])
      expect(csvText({ head: ['x'], rows: [[cell]] })).toContain(`'${cell}`);
  });
});

describe('graphDot', () => {
  const graph = buildGraph(input);

  it('names every layer, image and edge once', () => {
    const dot = graphDot(graph, String);
    for (const { chainId } of graph.layers) expect(dot.split(`"${chainId}" [label`)).toHaveLength(2);
    for (const { id } of graph.images) expect(dot.split(`"${id}" [label`)).toHaveLength(2);
    const edges = graph.layers.filter(({ parent }) => parent !== null).length;
    expect(dot.match(/ \[penwidth=/g)).toHaveLength(edges);
  });

  it('keeps quotes, backslashes and control characters of a command inside of its label', () => {
    const [layer] = graph.layers;
    if (!layer) throw new Error('no layer');
    const odd = { ...layer, createdBy: 'RUN echo "a\\"]; evil [label="b\n\u0000' };
    const dot = graphDot({ images: [], layers: [odd] }, String);
    const [line] = dot.split('\n').filter((each) => each.includes('label='));
    expect(line).toMatch(
      /^ {2}"sha256:[0-9a-f]{64}" \[label="(?:[^"\\]|\\.)*", bytes=\d+, chainbytes=\d+, diffid="[^"]+", chainid="[^"]+"\];$/,
    );
  });
});

describe('rows', () => {
  const graph = buildGraph(input);

  it('have a cell for every head', () => {
    for (const { head, rows } of [layerRows(graph.layers), imageRows(graph.images)])
      for (const row of rows) expect(row).toHaveLength(head.length);
  });

  it('of a part are those of its images alone', () => {
    const [image] = graph.images;
    if (!image) throw new Error('no image');
    const part = partOfGraph(graph, [image]);
    expect(new Set(part.layers.map(({ chainId }) => chainId))).toEqual(new Set(image.layers));
  });
});
