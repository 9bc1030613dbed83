import { readdirSync } from 'node:fs';

/** Files of the kernel that tell about the host or reach into it: hidden, as Docker and Podman hide them. */
const masked = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/dev/block',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux',
];

const processors = '/sys/devices/system/cpu';

/** `maskedPaths` of a config (OCI runtime-spec); a runtime passes over those that are not there. */
export function maskedPaths(): readonly string[] {
  let names: string[] = [];
  try {
    names = readdirSync(processors);
  } catch {
    // No /sys, nothing in it to hide.
  }
  // How hot a processor gets tells what others compute on it (CVE-2020-8694 and its like).
  const cores = names.filter((name) => /^cpu\d+$/.test(name)).sort();
  return [...masked, ...cores.map((name) => `${processors}/${name}/thermal_throttle`)];
}

/** `readonlyPaths`: they can be written by root, with effect on the whole machine. */
export const readonlyPaths: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];
