"""For mkdocs: links that lead out of docs/ become links to the project's home, as long as the file is there."""
import json
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HOME = json.loads((ROOT / "krew" / "project.json").read_text(encoding="utf-8"))["home"]
LINK = re.compile(r"(\]\()((?:\.\./)+[^)#\s]*|decisions/[^)#\s]*)(#[^)\s]*)?(\))")


def on_page_markdown(markdown, page, config, files):
    folder = pathlib.Path(page.file.abs_src_path).parent

    def outside(found):
        target = pathlib.Path(os.path.normpath(folder / found.group(2)))
        inside = ROOT / "docs" in target.parents and ROOT / "docs" / "decisions" not in (target, *target.parents)
        if inside or not target.exists():
            return found.group(0)  # mkdocs itself complains of what is not there
        kind = "tree" if target.is_dir() else "blob"
        return f"{found.group(1)}{HOME}/{kind}/main/{target.relative_to(ROOT)}{found.group(3) or ''}{found.group(4)}"

    return LINK.sub(outside, markdown)
