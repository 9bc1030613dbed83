import { allowedCalls, refusedCalls } from './systemCalls';

/** Values of errno on Linux, the same on all architectures but MIPS and its like. */
const notPermitted = 1;
const noSuchCall = 38;

/** Bits of clone(2) that make namespaces: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaceBits = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
const anyNamespace = namespaceBits.reduce((sum, bit) => sum + bit, 0);
/** personality(2): Linux as it is, UNAME26 and 32 bit apart and together, and the question which one it is. */
const personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];
/** AF_VSOCK: sockets that reach past network namespaces, to the hypervisor. */
const vsock = 40;
/** The bits of an int: a number is another one where one of them differs. */
const halfBits = Array.from({ length: 32 }, (_, i) => 2 ** i);

/** Architectures that run on a processor, beginning with its own (libseccomp's names). */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, readonly string[]>>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args?: readonly Record<string, unknown>[];
}

type Op = 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_MASKED_EQ';

/** A rule for a call by its first argument; of a masked comparison `value` is the mask. */
const allow = (name: string, op: Op, value: number, more: Record<string, unknown> = {}): Rule => ({
  names: [name],
  action: 'SCMP_ACT_ALLOW',
  args: [{ index: 0, value, op, ...more }],
});
const refuse = (...rule: Parameters<typeof allow>): Rule => ({
  ...allow(...rule),
  action: 'SCMP_ACT_ERRNO',
  errnoRet: notPermitted,
});

/**
 * The filter of system calls of a run (OCI runtime-spec, `linux.seccomp`): what is not named is refused. It refuses what
 * Docker's and Podman's refuse with the capabilities that a run has, and io_uring, as Docker does since version 25. Null on
 * an architecture whose calls nobody has compared.
 */
export function seccompProfile(machine: NodeJS.Architecture = process.arch): Record<string, unknown> | null {
  const known = architectures[machine];
  if (!known) return null;
  const syscalls: readonly Rule[] = [
    { names: allowedCalls, action: 'SCMP_ACT_ALLOW' },
    { names: refusedCalls, action: 'SCMP_ACT_ERRNO', errnoRet: notPermitted },
    ...personalities.map((value) => allow('personality', 'SCMP_CMP_EQ', value)),
    allow('clone', 'SCMP_CMP_MASKED_EQ', anyNamespace, { valueTwo: 0 }),
    // That there is no clone at all, as of what is not named, is not what programs expect.
    ...namespaceBits.map((bit) => refuse('clone', 'SCMP_CMP_MASKED_EQ', bit, { valueTwo: bit })),
    // Its flags are in memory, where a filter cannot look; programs go back to clone then.
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: noSuchCall },
    // The kernel takes the lower half of the register: a filter that compares all of it lets 40 with a bit above through.
    ...halfBits.map((bit) =>
      allow('socket', 'SCMP_CMP_MASKED_EQ', bit, { valueTwo: (vsock & bit) === 0 ? bit : 0 }),
    ),
    refuse('socket', 'SCMP_CMP_MASKED_EQ', 0xffffffff, { valueTwo: vsock }),
  ];
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: noSuchCall,
    architectures: known,
    syscalls,
  };
}
