import { JsonNumber } from './exactJson';
import { asObject, invalidDocument, looseMember, type DocumentOrigin, type JsonObject } from './jsonDocument';

/**
 * The types that the members of a config have in Go's readers: moby's `image.Image` and `container.Config`, the image-spec's
 * `v1.Image`. All of them refuse a document in which one has another, whatever they want of it; null is none everywhere.
 */

type Fits = (value: unknown) => boolean;

const text: Fits = (value) => typeof value === 'string';
const flag: Fits = (value) => typeof value === 'boolean';
const object: Fits = (value) => asObject(value) !== null;
const orNull =
  (fits: Fits): Fits =>
  (value) =>
    value === null || fits(value);
const list =
  (fits: Fits): Fits =>
  (value) =>
    Array.isArray(value) && value.every(orNull(fits));
const map =
  (fits: Fits): Fits =>
  (value) => {
    const found = asObject(value);
    return found !== null && Object.values(found).every(orNull(fits));
  };
const texts = list(text);
/** moby's `StrSlice`: old configs have a single text. */
const words: Fits = (value) => text(value) || texts(value);

/** Whether Go reads a number of a document into an int64: written without a point and an exponent, within 64 bits. */
export function isInt64(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (!(value instanceof JsonNumber) || !/^-?\d{1,19}$/.test(value.text)) return false;
  return BigInt.asIntN(64, BigInt(value.text)) === BigInt(value.text);
}

const dateForm = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](\d\d):(\d\d))$/;

/** Whether Go reads a text into a `time.Time`: RFC 3339, with all that its versions let through (a comma, an hour of one digit). */
export function isGoDate(value: unknown): boolean {
  const found = typeof value === 'string' ? dateForm.exec(value) : null;
  if (!found) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ...zone] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const [zoneHour = 0, zoneMinute = 0] = zone;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const isDay = day >= 1 && day <= days;
  return isDay && hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60;
}

type Types = Readonly<Record<string, Fits>>;

const ofDocument: Types = {
  ...{ os: text, architecture: text, variant: text, 'os.version': text, 'os.features': texts },
  ...{ created: text, author: text, comment: text, docker_version: text },
  ...{ config: object, rootfs: object, history: list(object) },
};
const ofRootfs: Types = { type: text };
const ofStep: Types = { created: text, created_by: text, author: text, comment: text, empty_layer: flag };
const ofConfig: Types = {
  ...{ Hostname: text, Domainname: text, User: text, Image: text, WorkingDir: text, StopSignal: text },
  ...{
    AttachStdin: flag,
    AttachStdout: flag,
    AttachStderr: flag,
    Tty: flag,
    OpenStdin: flag,
    StdinOnce: flag,
  },
  ...{ ArgsEscaped: flag, NetworkDisabled: flag, StopTimeout: isInt64, Healthcheck: object },
  ...{ Env: texts, Cmd: words, Entrypoint: words, Shell: words, OnBuild: texts },
  ...{ ExposedPorts: map(object), Volumes: map(object), Labels: map(text) },
};
const ofHealthcheck: Types = {
  ...{ Test: texts, Interval: isInt64, Timeout: isInt64, StartPeriod: isInt64, StartInterval: isInt64 },
  Retries: isInt64,
};

/** Throws `document-invalid`, naming the first member of a config that has another type than Go's readers take. */
export function checkConfigTypes(document: JsonObject, origin: DocumentOrigin): void {
  const check = (found: unknown, types: Types, path: string): void => {
    const within = asObject(found);
    if (within === null) return;
    for (const [key, fits] of Object.entries(types)) {
      const value = looseMember(within, key) ?? null;
      if (value === null) continue;
      if (!fits(value)) throw invalidDocument(origin, 'member-type', `${path}${key}`);
      if (key === 'created' && !isGoDate(value))
        throw invalidDocument(origin, 'member-date', `${path}${key}`);
    }
  };
  check(document, ofDocument, '');
  check(looseMember(document, 'rootfs'), ofRootfs, 'rootfs.');
  const steps = (looseMember(document, 'history') ?? []) as readonly unknown[];
  for (const [i, step] of steps.entries()) check(step, ofStep, `history[${i}].`);
  const config = asObject(looseMember(document, 'config'));
  check(config, ofConfig, 'config.');
  check(config && looseMember(config, 'Healthcheck'), ofHealthcheck, 'config.Healthcheck.');
}
