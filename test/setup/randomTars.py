"""Writes a tar of random members with Python's tarfile or GNU tar, and what tarfile says of its members.

Arguments: FORMAT FOLDER SEED…, where FORMAT is one of tarfile's (ustar, pax, gnu) or of GNU tar's with `tar-` before it.
Writes FOLDER/SEED.tar for each seed; prints a JSON list of lists. Names are hex of their bytes.
"""
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import io

form = sys.argv[1]
rnd = random.Random()
formats = {"ustar": tarfile.USTAR_FORMAT, "pax": tarfile.PAX_FORMAT, "gnu": tarfile.GNU_FORMAT}


def name_part(longest):
    kind = rnd.randrange(6)
    size = 1 + rnd.randrange(longest)
    if kind == 0:
        raw = bytes(rnd.choice([b for b in range(1, 256) if b != 0x2F]) for _ in range(size))
    elif kind == 1:
        raw = "".join(rnd.choice("äé文件\u202e😀a-_ ") for _ in range(size)).encode()[:200]
    else:
        raw = bytes(rnd.choice(b"abcdefghijklmnopqrstuvwxyz0123456789._- +=%\\") for _ in range(size))
    return raw


def name(longest_path, longest_part):
    parts, size = [], 0
    for _ in range(1 + rnd.randrange(8)):
        part = name_part(longest_part)
        if part in (b".", b"..") or part.startswith(b".wh."):
            part = b"p" + part
        if size + len(part) + 1 > longest_path:
            break
        parts.append(part)
        size += len(part) + 1
    return b"/".join(parts) or b"n"


def text(raw):
    return raw.decode("utf-8", "surrogateescape")


def by_tarfile(target):
    short = form == "ustar"
    seen = set()
    with tarfile.open(target, "w", format=formats[form], encoding="utf-8", errors="surrogateescape") as tar:
        for i in range(1 + rnd.randrange(12)):
            raw = (b"%d" % i) + name(60 if short else 400, 30 if short else 120)
            if raw in seen:
                continue
            seen.add(raw)
            info = tarfile.TarInfo(text(raw))
            info.type = rnd.choice([tarfile.REGTYPE] * 4 + [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.AREGTYPE])
            if info.type == tarfile.AREGTYPE and "/" in (text(raw)[99:100], text(raw[99:100])):
                # tarfile takes a member without a type for a directory by its name as cut for the header, and not, as GNU
                # tar and Go do, by its whole name.
                info.type = tarfile.REGTYPE
            info.mode = rnd.randrange(0o10000)
            info.uid = rnd.choice([0, 1000, 65534, 2097151] + ([] if short else [2097152, 4294967295]))
            info.gid = rnd.choice([0, 5, 2097151] + ([] if short else [2097152, 4294967294]))
            info.mtime = rnd.choice([0, 1, 1700000000, 2**33 - 1] + ([] if short else [-1, -86400, 2**34]) + ([1700000000.125, -1.5] if form == "pax" else []))
            info.uname = rnd.choice(["", "root", "üser"]) if not short else "root"
            if info.issym() or info.islnk():
                info.linkname = text(name(60 if short else 300, 40))
            if info.ischr() or info.isblk():
                info.devmajor, info.devminor = rnd.randrange(4096), rnd.randrange(65536)
            if form == "pax" and rnd.randrange(3) == 0:
                info.pax_headers = {"SCHILY.xattr.user.note": "v=%d\nä" % rnd.randrange(99), "comment": "c" * rnd.randrange(300)}
            body = rnd.randbytes(rnd.choice([0, 1, 511, 512, 513, 3000])) if info.isreg() else b""
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body) if info.isreg() else None)


def by_gnu_tar(target):
    kind = form[4:]
    root = tempfile.mkdtemp()
    try:
        base = os.fsencode(root)
        files = []
        for i in range(1 + rnd.randrange(10)):
            short = kind in ("v7", "ustar")
            raw = (b"%d" % i) + name(80 if short else 300, 40 if short else 100)
            path = os.path.join(base, raw)
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                what = rnd.randrange(8)
                if what == 0:
                    os.mkdir(path)
                elif what == 1:
                    os.symlink(name(80 if short else 200, 40), path)
                elif what == 2 and files:
                    os.link(rnd.choice(files), path)
                elif what == 3:
                    os.mkfifo(path)
                elif what == 4 and kind not in ("v7", "ustar"):
                    with open(path, "wb") as out:
                        for hole in range(1 + rnd.randrange(40)):
                            out.seek(8192 * (2 * hole + rnd.randrange(2)))
                            out.write(rnd.randbytes(1 + rnd.randrange(5000)))
                        out.truncate(8192 * 90)
                    files.append(path)
                else:
                    with open(path, "wb") as out:
                        out.write(rnd.randbytes(rnd.choice([0, 1, 512, 5000])))
                    files.append(path)
                if not os.path.islink(path):
                    os.chmod(path, rnd.choice([0o600, 0o755, 0o4711, 0o1777 if what == 0 else 0o644]))
                stamp = rnd.choice([0, 1, 1700000000] + ([] if kind in ("v7", "ustar") else [-1, 2**33 + 5]))
                os.utime(path, (stamp, stamp), follow_symlinks=False)
            except OSError:
                continue
        command = ["tar", "--sort=name", "--format=" + ("pax" if kind.startswith("pax") else kind.split("+")[0]), "-cf", target, "-C", root]
        if kind.startswith("pax-"):
            command += ["--sparse", "--sparse-version=" + kind[4:]]
        elif "+sparse" in kind:
            command += ["--sparse"]
        if "+incremental" in kind:
            command += ["--listed-incremental=" + os.path.join(root, "snapshot")]
        if rnd.randrange(3) == 0 and kind not in ("v7", "ustar"):
            command += ["--owner=:4000000000", "--group=:3999999999"]
        subprocess.run(command + ["."], check=False, stderr=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})
    finally:
        shutil.rmtree(root)


kinds = {
    tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file", tarfile.CONTTYPE: "file", tarfile.LNKTYPE: "hardlink",
    tarfile.SYMTYPE: "symlink", tarfile.CHRTYPE: "character", tarfile.BLKTYPE: "block", tarfile.DIRTYPE: "directory",
    tarfile.FIFOTYPE: "fifo", tarfile.GNUTYPE_SPARSE: "sparse",
    # A directory of an incremental archive, which tarfile has no name for (GNU tar manual, "Dumpdir").
    b"D": "directory",
}

letters = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def gnu_names(target):
    command = ["tar", "-tf", target, "--quoting-style=escape"]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}).stdout

    def plain(found):
        text = found.group(1)
        return bytes([int(text, 8)]) if text.isdigit() else letters.get(text, text)

    return [re.sub(rb"\\([0-7]{3}|.)", plain, line) for line in lines.splitlines()]


def told(target):
    members = []
    with tarfile.open(target, "r:", encoding="utf-8", errors="surrogateescape") as tar:
        for info in tar:
            sparse = info.issparse()
            kind = "sparse" if sparse else kinds.get(info.type, "unknown")
            content = None
            if kind in ("file", "sparse"):
                content = hashlib.sha256(tar.extractfile(info).read()).hexdigest()
            members.append({
                "name": os.fsencode(info.name).rstrip(b"/").hex(),
                "link": os.fsencode(info.linkname).hex() if kind in ("symlink", "hardlink") else "",
                "type": kind,
                "size": info.size if kind in ("file", "sparse") else 0,
                "mode": info.mode & 0o7777,
                "uid": info.uid % 2**32,
                "gid": info.gid % 2**32,
                "mtime": float(info.mtime),
                "major": info.devmajor if kind in ("character", "block") else 0,
                "minor": info.devminor if kind in ("character", "block") else 0,
                "xattrs": {k[len("SCHILY.xattr."):]: os.fsencode(v).hex() for k, v in info.pax_headers.items() if k.startswith("SCHILY.xattr.")},
                "content": content,
            })
    if form.startswith("tar-"):
        # GNU tar's own word: tarfile cuts names of sparse pax members to 100 bytes, and takes the time of access in a GNU
        # header of an incremental archive for a prefix of the name.
        for member, name in zip(members, gnu_names(target), strict=True):
            member["name"] = name.rstrip(b"/").hex()
    return members


every = []
for seed in sys.argv[3:]:
    rnd.seed(f"{seed}/{form}")
    target = os.path.join(sys.argv[2], f"{seed}.tar")
    (by_gnu_tar if form.startswith("tar-") else by_tarfile)(target)
    every.append(told(target))
print(json.dumps(every))
