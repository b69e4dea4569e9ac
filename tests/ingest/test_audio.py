"""Audio files are read in blocks, whatever is broken in them."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from earmark.errors import AudioError
from ingest.speech.audio import blocks
from tests.ingest.sounds import write_mp3, write_wav


class TestAudio:
    @pytest.mark.heavy
    @pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2), (8_000, 1)])
    def test_blocks_cover_the_file_and_end_where_it_is_quiet(self, tmp_path: Path, rate: int, channels: int) -> None:
        path = write_wav(tmp_path / "tone.wav", 21, rate=rate, channels=channels)
        parts = list(blocks(path, block_s=8))
        assert len(parts) >= 3
        assert parts[0].start_s == 0
        for earlier, later in itertools.pairwise(parts):
            assert earlier.end_s == pytest.approx(later.start_s)
            assert earlier.end_s % 2 >= 1.4, "cut in a pause"
            assert abs(earlier.samples[-800:]).max() < 0.05
        assert parts[-1].end_s == pytest.approx(21, abs=0.1)
        assert str(parts[0].samples.dtype) == "float32"

    def test_broken_files_are_one_clear_error(self, tmp_path: Path) -> None:
        noise = random.Random(7).randbytes(50_000)
        broken = {
            "empty": b"",
            "noise": noise,
            "html": b"<html>not found</html>",
            "header": b"RIFF\x00\x00\x00\x00WAVEfmt ",
        }
        for name, data in broken.items():
            path = tmp_path / f"{name}.mp3"
            path.write_bytes(data)
            with pytest.raises(AudioError) as caught:
                list(blocks(path))
            assert caught.value.subject == path.name
        with pytest.raises(AudioError):
            list(blocks(tmp_path / "missing.mp3"))

    @pytest.mark.heavy
    def test_sound_that_changes_its_shape_on_the_way(self, tmp_path: Path) -> None:
        """Stitched-in advertisements: another rate and other channels in the middle of one MP3."""
        shapes = [(44_100, 2), (22_050, 1), (44_100, 2)]
        parts = [write_mp3(tmp_path / f"{n}.mp3", 3, rate=r, channels=c) for n, (r, c) in enumerate(shapes)]
        (tmp_path / "all.mp3").write_bytes(b"".join(parts))
        assert list(blocks(tmp_path / "all.mp3"))[-1].end_s == pytest.approx(9, abs=0.6)

    @pytest.mark.heavy
    def test_damage_in_the_middle_costs_only_the_middle(self, tmp_path: Path) -> None:
        data = bytearray(write_mp3(tmp_path / "a.mp3", 12))
        middle = len(data) // 2
        data[middle : middle + 3000] = random.Random(3).randbytes(3000)
        (tmp_path / "b.mp3").write_bytes(data)
        assert 10 < list(blocks(tmp_path / "b.mp3"))[-1].end_s < 12.5
