import { exactJson } from '../../../shared/image/exactJson';
import { UsageFault } from '../parser';
import { functions, isTrue, type Call, type ToJson } from './functions';
import { byBytes, plain } from './goPrint';
import { asGoType, fieldsOf, goTypeOf, zeroOf, type GoType } from './goTypes';
import { isMap, type Value } from './goValue';
import { nilList, nilMap, type Zeros } from './zeros';
import { parseTemplate, type Node, type Operand, type Pipe, type Template } from './parser';

/** Members whose keys are a person's own: asking for one that there is not is no fault. */
const ownKeys = new Set(['Labels', 'Annotations', 'ExposedPorts', 'Volumes']);

/** The most that a template may print for one row, in characters. */
const longest = 64 * 1024 * 1024;

/** The most that `range` goes through of a number. */
const mostTurns = 1_000_000;

class Break extends Error {}
class Continue extends Error {}

/** Variables that a block can see: its own before those around it. */
class Scope {
  readonly #own = new Map<string, Value>();

  constructor(readonly around: Scope | null) {}

  declare(name: string, value: Value): void {
    this.#own.set(name, value);
  }

  assign(name: string, value: Value): void {
    if (this.#own.has(name)) this.#own.set(name, value);
    else if (this.around) this.around.assign(name, value);
    else throw new UsageFault((t) => t('usage.templateVariable', { name }));
  }

  get(name: string): Value {
    if (this.#own.has(name)) return this.#own.get(name);
    if (!this.around) throw new UsageFault((t) => t('usage.templateVariable', { name }));
    return this.around.get(name);
  }
}

/** A value as an action prints it. */
const printed = (value: Value): string => (value === undefined ? '<no value>' : plain(value));

class Evaluation {
  readonly #dictionaries = new WeakSet<object>();
  #out = '';

  constructor(
    readonly template: Template,
    readonly calls: Readonly<Record<string, Call>>,
    readonly zeros: Zeros,
  ) {}

  text(value: Value): string {
    this.#out = '';
    const scope = new Scope(null);
    scope.declare('$', value);
    this.#run(this.template.nodes, value, scope, 0);
    return this.#out;
  }

  /** What has been printed. */
  get printed(): string {
    return this.#out;
  }

  #print(text: string): void {
    this.#out += text;
    if (this.#out.length > longest) throw new UsageFault((t) => t('usage.templateLong'));
  }

  #run(nodes: readonly Node[], dot: Value, scope: Scope, depth: number): void {
    for (const node of nodes) this.#node(node, dot, scope, depth);
  }

  #node(node: Node, dot: Value, scope: Scope, depth: number): void {
    switch (node.kind) {
      case 'text':
        this.#print(node.text);
        return;
      case 'print': {
        const value = this.#pipe(node.pipe, dot, scope);
        if (node.pipe.names.length === 0) this.#print(printed(value));
        return;
      }
      case 'if':
      case 'with': {
        const inner = new Scope(scope);
        const value = this.#pipe(node.pipe, dot, inner);
        const inside = node.kind === 'with' ? value : dot;
        if (isTrue(value)) this.#run(node.then, inside, inner, depth);
        else this.#run(node.otherwise, dot, inner, depth);
        return;
      }
      case 'range':
        this.#range(node, dot, scope, depth);
        return;
      case 'template': {
        const nodes = this.template.defined.get(node.name);
        if (!nodes) throw new UsageFault((t) => t('usage.templateNamed', { name: node.name }));
        if (depth > 100) throw new UsageFault((t) => t('usage.templateLong'));
        const value = node.pipe ? this.#pipe(node.pipe, dot, scope) : undefined;
        const inner = new Scope(null);
        inner.declare('$', value);
        this.#run(nodes, value, inner, depth + 1);
        return;
      }
      case 'break':
        throw new Break();
      case 'continue':
        throw new Continue();
    }
  }

  #range(
    node: Extract<Node, { readonly kind: 'if' | 'with' | 'range' }>,
    dot: Value,
    scope: Scope,
    depth: number,
  ): void {
    const { names, declares } = node.pipe;
    const around = new Scope(scope);
    const of = this.#pipe({ ...node.pipe, names: [] }, dot, around);
    if (typeof of === 'number' && of > mostTurns) throw new UsageFault((t) => t('usage.templateLong'));
    const pairs: readonly (readonly [Value, Value])[] | null = Array.isArray(of)
      ? (of as readonly Value[]).map((value, i) => [i, value] as const)
      : isMap(of)
        ? Object.keys(of)
            .sort(byBytes)
            .map((key) => [key, of[key]] as const)
        : // Since Go 1.22: the numbers below it.
          typeof of === 'number' && Number.isInteger(of)
          ? Array.from({ length: Math.max(0, of) }, (_, i) => [i, i] as const)
          : null;
    if (pairs === null && of !== null && of !== undefined)
      throw new UsageFault((t) => t('usage.templateRange', { name: 'range', text: plain(of) }));
    for (const [key, value] of pairs ?? []) {
      const inner = new Scope(around);
      const taken = names.length === 2 ? [key, value] : [value];
      names.forEach((name, i) => (declares ? inner.declare(name, taken[i]) : inner.assign(name, taken[i])));
      try {
        this.#run(node.then, value, inner, depth);
      } catch (thrown) {
        if (thrown instanceof Break) return;
        if (!(thrown instanceof Continue)) throw thrown;
      }
    }
    if ((pairs ?? []).length === 0) this.#run(node.otherwise, dot, around, depth);
  }

  #pipe(pipe: Pipe, dot: Value, scope: Scope): Value {
    let value: Value = undefined;
    pipe.commands.forEach((command, i) => {
      value = this.#command(command, dot, scope, i === 0 ? [] : [value]);
    });
    for (const name of pipe.names) {
      if (pipe.declares) scope.declare(name, value);
      else scope.assign(name, value);
    }
    return value;
  }

  #command(command: readonly Operand[], dot: Value, scope: Scope, last: readonly Value[]): Value {
    const [first, ...rest] = command;
    if (first?.kind === 'call') {
      const { name } = first;
      // Both stop at the operand that decides, so that what it guards is not looked at.
      if (name === 'and' || name === 'or') return this.#choice(name, rest, dot, scope, last);
      const call = Object.hasOwn(this.calls, name) ? this.calls[name] : undefined;
      if (!call) {
        const text = [...Object.keys(this.calls), 'and', 'or'].sort().join(', ');
        throw new UsageFault((t) => t('usage.templateFunction', { name, text }));
      }
      return call([...rest.map((each) => this.#operand(each, dot, scope)), ...last]);
    }
    if (first === undefined || rest.length > 0 || last.length > 0)
      throw new UsageFault((t) => t('usage.templateCall', { name: first ? spelled(first) : '' }));
    return this.#operand(first, dot, scope);
  }

  #choice(
    name: 'and' | 'or',
    rest: readonly Operand[],
    dot: Value,
    scope: Scope,
    last: readonly Value[],
  ): Value {
    if (rest.length + last.length === 0) throw new UsageFault((t) => t('usage.templateArguments', { name }));
    let value: Value = undefined;
    for (const each of rest) {
      value = this.#operand(each, dot, scope);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return last.length > 0 ? last[0] : value;
  }

  #operand(operand: Operand, dot: Value, scope: Scope): Value {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'constant':
        return operand.value;
      case 'variable':
        return scope.get(operand.name);
      case 'pipe':
        return this.#pipe(operand.pipe, dot, scope);
      case 'call':
        return this.#command([operand], dot, scope, []);
      case 'field':
        return this.#field(this.#operand(operand.of, dot, scope), operand);
    }
  }

  #field(of: Value, operand: Operand & { readonly kind: 'field' }): Value {
    const { name } = operand;
    if (isMap(of)) {
      // Docker's own name of the member that its JSON calls `Id`.
      const key = !Object.hasOwn(of, name) && name === 'ID' ? 'Id' : name;
      const isOfPerson = this.#dictionaries.has(of);
      const type = goTypeOf(of);
      const field = type?.kind === 'struct' ? fieldsOf(type).get(key) : undefined;
      const zero = field && (of[key] ?? null) === null ? zeroOf(field) : undefined;
      if (zero !== undefined) return zero;
      const hasZero = !isOfPerson && Object.hasOwn(this.zeros, key);
      if (Object.hasOwn(of, key) || hasZero) {
        const value = (Object.hasOwn(of, key) ? of[key] : null) ?? (hasZero ? this.zeros[key] : null);
        if (ownKeys.has(key) && isMap(value)) this.#dictionaries.add(value);
        return value;
      }
      if (isOfPerson) return undefined;
      const text = Object.keys(of)
        .slice(0, 40)
        .map((each) => `.${each}`)
        .join(', ');
      throw new UsageFault((t) => t('usage.templateField', { name: spelled(operand), text }));
    }
    if (of === undefined) return undefined;
    throw new UsageFault((t) => t('usage.templateField', { name: spelled(operand), text: '' }));
  }
}

/** An operand as the template spells it. */
function spelled(operand: Operand): string {
  switch (operand.kind) {
    case 'dot':
      return '.';
    case 'constant':
      return plain(operand.value);
    case 'variable':
    case 'call':
      return operand.name;
    case 'pipe':
      return '(…)';
    case 'field':
      return `${operand.of.kind === 'dot' ? '' : spelled(operand.of)}.${operand.name}`;
  }
}

/** Whether a map looks like one of a person's own keys: nothing but text in it, or nothing at all. */
function isDictionary(map: { readonly [key: string]: Value }): boolean {
  return Object.values(map).every(
    (value) => typeof value === 'string' || (isMap(value) && Object.keys(value).length === 0),
  );
}

/**
 * JSON as `{{json .}}` writes it of a document: members in the order that they have, keys of a person's own in theirs, as Go
 * sorts those of a map; nothing escaped for HTML.
 */
export const plainJson: ToJson = (value) =>
  // Two line ends of Unicode that no script in JavaScript may have in a text.
  exactJson(asDocker(value ?? null, '')).replace(/[\u2028\u2029]/g, (end) =>
    end === '\u2028' ? '\\u2028' : '\\u2029',
  );

/** A value as Docker's encoder takes it, with what stands at `key`. */
function asDocker(value: Value, key: string): Value {
  // What Docker has not is null in its JSON, however it prints.
  if (value === nilList || value === nilMap) return null;
  if (Array.isArray(value)) return (value as readonly Value[]).map((each) => asDocker(each, '-'));
  if (!isMap(value)) return value;
  const isSorted = ownKeys.has(key) || (key === '' && isDictionary(value));
  const names = isSorted ? Object.keys(value).sort(byBytes) : Object.keys(value);
  return Object.fromEntries(names.map((name) => [name, asDocker(value[name], name)]));
}

/**
 * Makes a printer of a template of Go's text/template with Docker's functions; what it prints of a value is text.
 * Throws {@link UsageFault}, here for what cannot be parsed and from the printer for members that there are not.
 */
export function templatePrinter(
  template: string,
  {
    toJson = plainJson,
    zeros = {},
    type,
    calls = {},
    partly = false,
  }: {
    readonly toJson?: ToJson;
    readonly zeros?: Zeros;
    /** What Docker makes of such a document, for how it prints. */
    readonly type?: GoType;
    /** Functions that take the place of ours. */
    readonly calls?: Readonly<Record<string, Call>>;
    /** Whether what came before a fault is the answer. */
    readonly partly?: boolean;
  } = {},
): (value: Value) => string {
  const parsed = parseTemplate(template);
  return (value) => {
    const evaluation = new Evaluation(parsed, { ...functions(toJson), ...calls }, zeros);
    try {
      return evaluation.text(type ? asGoType(value, type) : value);
    } catch (thrown) {
      if (partly) return evaluation.printed;
      if (thrown instanceof Break || thrown instanceof Continue)
        throw new UsageFault((t) =>
          t('usage.templateWord', { text: thrown instanceof Break ? 'break' : 'continue' }),
        );
      throw thrown;
    }
  };
}
