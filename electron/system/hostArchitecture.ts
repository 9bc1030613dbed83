import { arch } from 'node:os';

/** Node's names of processors that image configs (Go's GOARCH) call something else. */
const words: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};

/** The word of this machine's processor in image configs (OCI image-spec, config.md "architecture"). */
export const hostArchitecture: string = words[arch()] ?? arch();
