import { JsonNumber } from '../../../shared/image/exactJson';
import { GoDuration, GoMoment, isMap, type Value } from './goValue';

/**
 * How Docker's own types print in a template. JSON does not say it: a `struct{}` and a map, a duration and a number, a
 * structure with fields in their order and a map with keys in theirs are alike there.
 */
export type GoType =
  | { readonly kind: 'struct'; readonly name: string; readonly pointer?: true; readonly fields: Fields }
  | { readonly kind: 'map'; readonly of: GoType }
  | { readonly kind: 'duration' | 'time' | 'text' | 'number' | 'flag' | 'texts' | 'other' };

/** Fields of a structure in their order. One that is embedded has the name of its type, and its fields are the outer one's. */
type Fields = readonly (readonly [name: string, type: GoType, embedded?: true])[];

/** The type of an object that {@link asGoType} made. */
const types = new WeakMap<object, GoType>();

/** The type of a value that has one of Docker's own. */
export function goTypeOf(value: Value): GoType | null {
  return typeof value === 'object' && value !== null ? (types.get(value) ?? null) : null;
}

/** What Go has in a field that nobody has set; undefined where our own rules say it. */
export function zeroOf(type: GoType): Value {
  switch (type.kind) {
    case 'duration':
      return new GoDuration(0n);
    case 'time':
      return new GoMoment('0001-01-01T00:00:00Z');
    case 'text':
      return '';
    case 'number':
      return 0;
    case 'flag':
      return false;
    case 'struct':
      return type.pointer ? null : asGoType({}, type);
    default:
      return undefined;
  }
}

/** The same value with the types that JSON does not say, for {@link goTypeOf}. What is of another form stays as it is. */
export function asGoType(value: Value, type: GoType): Value {
  if (type.kind === 'duration') {
    if (value instanceof JsonNumber && /^-?\d{1,20}$/.test(value.text))
      return new GoDuration(BigInt(value.text));
    return typeof value === 'number' && Number.isInteger(value) ? new GoDuration(BigInt(value)) : value;
  }
  if (type.kind === 'time') return typeof value === 'string' ? new GoMoment(value) : value;
  if ((type.kind !== 'struct' && type.kind !== 'map') || !isMap(value)) return value;
  const of = type.kind === 'struct' ? fieldsOf(type) : null;
  // No prototype: a key of a person's own may be `__proto__`.
  const made = Object.create(null) as Record<string, Value>;
  for (const key of Object.keys(value)) {
    const inner = of === null ? (type as { readonly of: GoType }).of : of.get(key);
    made[key] = inner === undefined ? value[key] : asGoType(value[key], inner);
  }
  // A time is never left out: that nobody has noted is the first of the year 1.
  for (const [key, inner] of of ?? []) if (inner.kind === 'time' && !(key in made)) made[key] = zeroOf(inner);
  types.set(made, type);
  return made;
}

/** The fields of a structure by their names, those of embedded ones too. */
export function fieldsOf({
  fields,
}: Extract<GoType, { readonly kind: 'struct' }>): ReadonlyMap<string, GoType> {
  const found = new Map<string, GoType>();
  for (const [name, type, embedded] of fields) {
    if (embedded && type.kind === 'struct') for (const [inner, of] of fieldsOf(type)) found.set(inner, of);
    else found.set(name, type);
  }
  return found;
}

const text: GoType = { kind: 'text' };
const number: GoType = { kind: 'number' };
const flag: GoType = { kind: 'flag' };
const texts: GoType = { kind: 'texts' };
const other: GoType = { kind: 'other' };
const duration: GoType = { kind: 'duration' };
/** `map[string]struct{}`: ports and volumes. */
const set: GoType = { kind: 'map', of: { kind: 'struct', name: 'struct {}', fields: [] } };
const labels: GoType = { kind: 'map', of: text };
const all = (type: GoType, names: string): Fields => names.split(' ').map((name) => [name, type] as const);

const healthcheck: GoType = {
  kind: 'struct',
  name: 'v1.HealthcheckConfig',
  pointer: true,
  fields: [
    ['Test', texts],
    ...all(duration, 'Interval Timeout StartPeriod StartInterval'),
    ['Retries', number],
  ],
};

const containerConfig: GoType = {
  kind: 'struct',
  name: 'container.Config',
  pointer: true,
  fields: [
    ...all(text, 'Hostname Domainname User'),
    ...all(flag, 'AttachStdin AttachStdout AttachStderr'),
    ['ExposedPorts', set],
    ...all(flag, 'Tty OpenStdin StdinOnce'),
    ...all(texts, 'Env Cmd'),
    ['Healthcheck', healthcheck],
    ['ArgsEscaped', flag],
    ['Image', text],
    ['Volumes', set],
    ['WorkingDir', text],
    ['Entrypoint', texts],
    ['NetworkDisabled', flag],
    ['MacAddress', text],
    ['OnBuild', texts],
    ['Labels', labels],
    ['StopSignal', text],
    ['StopTimeout', other],
    ['Shell', texts],
  ],
};

const ociConfig: GoType = {
  kind: 'struct',
  name: 'v1.ImageConfig',
  fields: [
    ['User', text],
    ['ExposedPorts', set],
    ...all(texts, 'Env Entrypoint Cmd'),
    ['Volumes', set],
    ['WorkingDir', text],
    ['Labels', labels],
    ['StopSignal', text],
    ['ArgsEscaped', flag],
  ],
};

const dockerConfig: GoType = {
  kind: 'struct',
  name: 'v1.DockerOCIImageConfig',
  pointer: true,
  fields: [
    ['ImageConfig', ociConfig, true],
    [
      'DockerOCIImageConfigExt',
      {
        kind: 'struct',
        name: 'v1.DockerOCIImageConfigExt',
        fields: [['Healthcheck', healthcheck], ...all(texts, 'OnBuild Shell')],
      },
      true,
    ],
  ],
};

/** What `docker image inspect` (28) makes a template's values of. */
export const imageType: GoType = {
  kind: 'struct',
  name: 'image.InspectResponse',
  fields: [
    ['Id', text],
    ...all(texts, 'RepoTags RepoDigests'),
    ...all(text, 'Parent Comment Created Container'),
    ['ContainerConfig', containerConfig],
    ...all(text, 'DockerVersion Author'),
    ['Config', dockerConfig],
    ...all(text, 'Architecture Variant Os OsVersion'),
    ...all(number, 'Size VirtualSize'),
    [
      'GraphDriver',
      {
        kind: 'struct',
        name: 'storage.DriverData',
        fields: [
          ['Data', labels],
          ['Name', text],
        ],
      },
    ],
    [
      'RootFS',
      {
        kind: 'struct',
        name: 'image.RootFS',
        fields: [
          ['Type', text],
          ['Layers', texts],
        ],
      },
    ],
    ['Metadata', { kind: 'struct', name: 'image.Metadata', fields: [['LastTagTime', { kind: 'time' }]] }],
    ['Descriptor', other],
    ['Manifests', other],
  ],
};
