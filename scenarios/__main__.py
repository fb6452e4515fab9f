"""Writes what is generated from the vocabulary: scenarios/schema.json and docs/vocabulary.md."""

from __future__ import annotations

import json
from pathlib import Path

from drivers.vocabulary import registry
from scenarios.reference import vocabulary_page
from scenarios.schema import schema

ROOT = Path(__file__).parents[1]


def generated() -> dict[Path, str]:
    """The generated files and what they have to hold."""
    vocabulary = registry()
    return {
        ROOT / "scenarios" / "schema.json": json.dumps(schema(vocabulary), indent=1) + "\n",
        ROOT / "docs" / "vocabulary.md": vocabulary_page(vocabulary),
    }


def main() -> None:
    """Writes them."""
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
