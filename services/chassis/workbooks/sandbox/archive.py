"""The archive that a workbook is, judged by its directory before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from pathlib import PurePosixPath

from chassis.confinement import Refused
from chassis.workbooks.sandbox.bounds import Bounds

_RATIO_FROM_BYTES = 1024 * 1024  # smaller parts may well be all blanks
_NESTED = frozenset({".zip", ".xlsx", ".xlsm", ".xlsb", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar"})


def check_archive(archive: zipfile.ZipFile, bounds: Bounds) -> None:
    """Judge the directory of the archive: the sizes it states bind, since unpacking stops at them.

    Raises:
        Refused: too many entries, too large or out of proportion unpacked, overlapping or nested entries, names that
            leave the archive, links, macros, encryption, methods other than stored and deflated.
    """
    entries = archive.infolist()
    if len(entries) > bounds.entries_max:
        raise Refused("FILE_BOMB", f"压缩包内有 {len(entries)} 个文件")
    if sum(entry.file_size for entry in entries) > bounds.unpacked_bytes_max:
        raise Refused("FILE_BOMB", "解压后过大")
    if len({entry.filename for entry in entries}) != len(entries):
        raise Refused("FILE_BOMB", "压缩包内有同名文件")
    ends_at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < ends_at:
            raise Refused("FILE_BOMB", "压缩包内的文件相互重叠")
        ends_at = entry.header_offset + entry.compress_size
        _check_entry(entry, bounds)


def _check_entry(entry: zipfile.ZipInfo, bounds: Bounds) -> None:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename:
        raise Refused("FILE_BOMB", "压缩包内的路径越界")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("FILE_BOMB", "压缩包内有链接")
    if path.suffix.lower() in _NESTED:
        raise Refused("FILE_BOMB", "压缩包内还有压缩包")
    if entry.file_size > max(_RATIO_FROM_BYTES, entry.compress_size * bounds.ratio_max):
        raise Refused("FILE_BOMB", "压缩比异常")
    if entry.flag_bits & 0x1:
        raise Refused("FILE_ENCRYPTED", "")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused("FILE_UNREADABLE", "压缩方法不受支持")
    if path.name.lower() == "vbaproject.bin":
        raise Refused("FILE_NOT_A_WORKBOOK", "含有宏，请另存为不含宏的 .xlsx")
