"""Where the shop's first state comes from: four JSON files beside the package."""

from __future__ import annotations

import json
from pathlib import Path

import app
from app.demo.shop_types import Seed
from app.errors import WorkbenchError

FOLDER = Path(app.__file__).resolve().parents[1] / "sample_data" / "shop"


def load_seed(folder: Path = FOLDER) -> Seed:
    """Read the seed; WorkbenchError when a file is missing or is not JSON."""
    try:
        return Seed(
            companies=json.loads((folder / "companies.json").read_text("utf-8")),
            customers=json.loads((folder / "customers.json").read_text("utf-8")),
            orders=json.loads((folder / "orders.json").read_text("utf-8")),
            shipments=json.loads((folder / "shipments.json").read_text("utf-8")),
        )
    except (OSError, ValueError) as error:
        raise WorkbenchError(
            f"The demo shop's data in {folder} cannot be read ({error}). Install Actionbench again to get it back."
        ) from error
