"""What Google Photos takes and gives, by the only way that its API leaves open to rclone.

Sources: rclone's docs/content/googlephotos.md (layout, limitations), and Google's guide "Upload
media" for the Photos Library API (accepted file types).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from drivers.errors import HostError

SOURCE_NOTE = (
    "Google Photos as a source gives only what rclone itself uploaded: since March 2025 its API "
    "shows an app nothing else. It gives no originals either: photos come smaller and without "
    "their location, videos compressed anew. For the originals there is Google Takeout, "
    "https://takeout.google.com"
)
TARGET_NOTE = (
    "Google Photos as a target: items can be added, not replaced, and it tells neither size nor "
    "hash: only that each name is there can be verified"
)
_PHOTOS = "avif bmp gif heic heif ico jpeg jpg png tif tiff webp"
# "Some RAW files", says the guide, and not which: one that is refused is an error with its name.
_RAW = "3fr arw cr2 cr3 crw dng nef nrw orf pef raf raw rw2 sr2 srw x3f"
_VIDEOS = "3g2 3gp asf avi divx m2t m2ts m4v mkv mmv mod mov mp4 mpeg mpg mts tod wmv"
_MEDIA = r"\.(?:" + "|".join(f"{_PHOTOS} {_RAW} {_VIDEOS}".split()) + ")"
_TAKEN = re.compile(rf".*{_MEDIA}\Z", re.IGNORECASE | re.DOTALL)
_ALBUM = re.compile(r"[^:]*(?:\"[^\"]*\")*:/?album/[^/]")

# For `rclone --filter`: photos and videos, whatever the case of their ending, and nothing else.
RULES = ("+ {{(?i).*" + _MEDIA + "}}", "- *")


def require_album(target: str) -> None:
    """Refuses a target in Google Photos that is no album.

    rclone lists in `upload` only what the same process uploaded, so that nothing there can ever be
    verified, or told from what is new; everything else but `album` cannot be written to.

    Raises:
        HostError: it is none.
    """
    if not _ALBUM.match(target):
        raise HostError(
            f"{target} cannot be verified, or not be written to: only an album can, such as "
            f"`{target.partition(':')[0]}:album/Phone`"
        )


def not_taken(names: Iterable[str]) -> list[str]:
    """Which of these names are neither photos nor videos.

    >>> not_taken(["a.JPG", "b.xmp", "c/d.mp4", "jpg"])
    ['b.xmp', 'jpg']
    """
    return [name for name in names if not _TAKEN.match(name)]
