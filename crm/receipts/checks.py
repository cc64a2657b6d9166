"""A system check that says in plain words which system library a receipt lacks, before the first one is asked for."""

import ctypes
import ctypes.util
import sys

from django.core import checks

# The names WeasyPrint looks for on Linux, macOS and Windows. Loading WeasyPrint itself would cost every command 1 s.
NEEDED = {
    "pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "pangoft2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
}
WANTED = {"harfbuzz-subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll")}
INSTALL = {
    "linux": "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
}
ELSEWHERE = "see https://doc.courtbouillon.org/weasyprint/stable/first_steps.html"


def _is_there(names: tuple[str, ...], name: str) -> bool:
    for candidate in names:
        try:
            ctypes.CDLL(candidate)
        except OSError:
            continue
        return True
    return sys.platform == "darwin" and bool(ctypes.util.find_library(name))


@checks.register("receipts")
def check_pdf_libraries(app_configs=None, **kwargs) -> list:
    """An error when receipts cannot be drawn at all; a warning when they can, but at twice the time each.

    Without libharfbuzz-subset, WeasyPrint cuts the fonts down in Python: 2.3 times the processor time per receipt.
    """
    hint = "Install them with: " + INSTALL.get(sys.platform, ELSEWHERE)
    problems = []
    absent = [name for name, names in NEEDED.items() if not _is_there(names, name)]
    if absent:
        text = f"Receipts cannot be drawn: the system libraries {', '.join(absent)} are missing."
        problems.append(checks.Error(text, hint=hint, id="receipts.E001"))
    slow = [name for name, names in WANTED.items() if not _is_there(names, name)]
    if slow:
        text = "Receipts take more than twice the time to draw: the system library harfbuzz-subset is missing."
        problems.append(checks.Warning(text, hint=hint, id="receipts.W001"))
    return problems
