import { UsageFault } from '../parser';
import { numberOf, pieces, type Piece, type Token } from './lexer';
import { plain } from './goPrint';
import type { GoFloat } from './goValue';

/** What stands for a value: a word of a command. */
export type Operand =
  | { readonly kind: 'dot' }
  | { readonly kind: 'constant'; readonly value: string | number | GoFloat | boolean | null }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe }
  | { readonly kind: 'field'; readonly of: Operand; readonly name: string };

/** Commands whose results go on from one to the next as its last argument. */
export interface Pipe {
  /** Variables that take the result: one, or two of a `range`. */
  readonly names: readonly string[];
  /** Whether they are new (`:=`). */
  readonly declares: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      readonly then: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | null }
  | { readonly kind: 'break' | 'continue' };

/** A parsed template, with those that it defines by name. */
export interface Template {
  readonly nodes: readonly Node[];
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}

function unexpected(token: Token | undefined): UsageFault {
  return token === undefined
    ? new UsageFault((t) => t('usage.templateEnds'))
    : new UsageFault((t) => t('usage.templateWord', { text: token.text }));
}

/** Reads the tokens of one action. */
class Reader {
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.#at + ahead];
  }

  next(): Token | undefined {
    return this.tokens[this.#at++];
  }

  takes(kind: Token['kind'], text: string): boolean {
    const token = this.peek();
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at++;
    return true;
  }

  end(): void {
    if (this.peek() !== undefined) throw unexpected(this.peek());
  }

  /** A pipeline up to the end or a closing bracket; with `two` it may declare `$key, $value`. */
  pipe(two = false): Pipe {
    const names: string[] = [];
    let declares = false;
    const isSign = (ahead: number, text: string): boolean =>
      this.peek(ahead)?.kind === 'sign' && this.peek(ahead)?.text === text;
    if (this.peek()?.kind === 'variable') {
      const pair = two && isSign(1, ',') && this.peek(2)?.kind === 'variable';
      const sign = pair ? 3 : 1;
      if (isSign(sign, ':=') || isSign(sign, '=')) {
        names.push(this.next()?.text ?? '');
        if (pair) {
          this.next();
          names.push(this.next()?.text ?? '');
        }
        declares = this.next()?.text === ':=';
      }
    }
    const commands: Operand[][] = [];
    do commands.push(this.#command());
    while (this.takes('sign', '|'));
    return { names, declares, commands };
  }

  #command(): Operand[] {
    const operands: Operand[] = [];
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      if (token.kind === 'sign' && token.text !== '(') break;
      if (operands.length > 0 && !token.spaced && token.text !== '(') throw unexpected(token);
      operands.push(this.#operand());
    }
    if (operands.length === 0) throw unexpected(this.peek());
    if (operands[0]?.kind === 'constant' && (operands.length > 1 || operands[0].value === null))
      throw new UsageFault((t) =>
        t('usage.templateCall', { name: operands[0]?.kind === 'constant' ? plain(operands[0].value) : '' }),
      );
    return operands;
  }

  #operand(): Operand {
    let found = this.#term();
    for (let token = this.peek(); token?.kind === 'field' && !token.spaced; token = this.peek()) {
      if (found.kind === 'constant') throw unexpected(token);
      this.next();
      found = { kind: 'field', of: found, name: token.text.slice(1) };
    }
    return found;
  }

  #term(): Operand {
    const token = this.next();
    switch (token?.kind) {
      case 'dot':
        return { kind: 'dot' };
      case 'field':
        return { kind: 'field', of: { kind: 'dot' }, name: token.text.slice(1) };
      case 'variable':
        return { kind: 'variable', name: token.text };
      case 'string':
        return { kind: 'constant', value: token.text };
      case 'number':
        return { kind: 'constant', value: numberOf(token.text) };
      case 'word':
        if (token.text === 'true' || token.text === 'false')
          return { kind: 'constant', value: token.text === 'true' };
        if (token.text === 'nil') return { kind: 'constant', value: null };
        return { kind: 'call', name: token.text };
      default: {
        if (token?.kind !== 'sign' || token.text !== '(') throw unexpected(token);
        const pipe = this.pipe();
        if (!this.takes('sign', ')')) throw unexpected(this.peek());
        return { kind: 'pipe', pipe };
      }
    }
  }
}

/** Reads nodes up to an action that ends their list: that is handed back. */
class Blocks {
  #at = 0;
  readonly defined = new Map<string, readonly Node[]>();

  constructor(readonly list: readonly Piece[]) {}

  /** Nodes until `{{end}}` or `{{else}}`; at the top until the template's end. */
  nodes(isTop: boolean): { readonly nodes: readonly Node[]; readonly stop: Reader | null } {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.list[this.#at++];
      if (piece === undefined) {
        if (!isTop) throw new UsageFault((t) => t('usage.templateEnd'));
        return { nodes, stop: null };
      }
      if (piece.kind === 'text') {
        nodes.push(piece);
        continue;
      }
      const reader = new Reader(piece.tokens);
      const word = reader.peek()?.kind === 'word' ? (reader.peek()?.text ?? '') : '';
      if (word === 'end' || word === 'else') {
        if (isTop) throw unexpected(reader.peek());
        reader.next();
        return { nodes, stop: reader };
      }
      const node = this.#action(word, reader);
      if (node) nodes.push(node);
    }
  }

  #action(word: string, reader: Reader): Node | null {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        reader.next();
        return this.#branch(word, reader);
      case 'break':
      case 'continue':
        reader.next();
        reader.end();
        return { kind: word };
      case 'define':
      case 'block': {
        reader.next();
        const name = reader.next();
        if (name?.kind !== 'string') throw unexpected(name);
        const pipe = word === 'block' ? reader.pipe() : null;
        reader.end();
        const { nodes, stop } = this.nodes(false);
        stop?.end();
        this.defined.set(name.text, nodes);
        return pipe && { kind: 'template', name: name.text, pipe };
      }
      case 'template': {
        reader.next();
        const name = reader.next();
        if (name?.kind !== 'string') throw unexpected(name);
        const pipe = reader.peek() === undefined ? null : reader.pipe();
        reader.end();
        return { kind: 'template', name: name.text, pipe };
      }
      default: {
        const pipe = reader.pipe();
        reader.end();
        return { kind: 'print', pipe };
      }
    }
  }

  #branch(kind: 'if' | 'with' | 'range', reader: Reader): Node {
    const pipe = reader.pipe(kind === 'range');
    reader.end();
    const { nodes: then, stop } = this.nodes(false);
    if (stop === null || stop.tokens[0]?.text === 'end') {
      stop?.end();
      return { kind, pipe, then, otherwise: [] };
    }
    // `{{else if …}}` is an `if` of its own that ends with this one.
    const follow = stop.peek();
    if (follow?.kind === 'word' && (follow.text === 'if' || follow.text === 'with') && kind !== 'range') {
      stop.next();
      return { kind, pipe, then, otherwise: [this.#branch(follow.text, stop)] };
    }
    stop.end();
    const rest = this.nodes(false);
    if (rest.stop?.tokens[0]?.text !== 'end') throw unexpected(rest.stop?.tokens[0]);
    rest.stop.end();
    return { kind, pipe, then, otherwise: rest.nodes };
  }
}

/** Parses a template of Go's text/template. Throws {@link UsageFault}, which says where it is wrong. */
export function parseTemplate(text: string): Template {
  const blocks = new Blocks(pieces(text));
  const { nodes } = blocks.nodes(true);
  return { nodes, defined: blocks.defined };
}
