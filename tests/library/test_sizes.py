"""What a library takes on the disk."""

from __future__ import annotations

from pathlib import Path

from library.sizes import bytes_under


def test_what_a_folder_takes_is_counted_without_the_holes_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/full").write_bytes(b"x" * 5_000)
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(50_000_000)
    assert 5_000 <= bytes_under(tmp_path) < 1_000_000
    assert bytes_under(tmp_path / "nowhere") == 0
