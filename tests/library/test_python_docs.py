"""The examples of docs/python.md, run on the sample library."""

from __future__ import annotations

import doctest
import shutil
import warnings
from pathlib import Path

from library.library import Library
from tests.ui.sample import Sample
from ui.cli.docs import DOCS


def test_the_examples_do_what_the_page_says(sample: Sample, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample.home, home)  # the examples add a reader and save an idea
    page = DOCS / "python.md"
    examples = doctest.DocTestParser().get_doctest(page.read_text("utf-8"), {"home": home}, page.name, str(page), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what langchain says of its own parts
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, clear_globs=False)
    library = examples.globs["library"]
    assert isinstance(library, Library)
    library.close()
    assert result.attempted > 30
    assert result.failed == 0
