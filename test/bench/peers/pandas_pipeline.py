"""The first system's pipeline with pandas: read, parse, clean, fill, group by country and segment, mean.

    python3 pandas_pipeline.py history.csv    prints {"rows_kept": n, "means": {country: {segment: {band: mean}}}}
"""

import json
import sys

import numpy as np
import pandas as pd

COLUMNS = ["timestamp", "country_code", "last_order_ts", "total_orders", "voucher_amount"]
SEGMENTS = {
    "frequency_segment": ("total_orders", [0, 5, 14, 38, np.inf], ["0-4", "5-13", "14-37", "38+"]),
    "recency_segment": (
        "days_since_last_order",
        [30, 61, 91, 121, 181, np.inf],
        ["30-60", "61-90", "91-120", "121-180", "181+"],
    ),
}


def read(path):
    """Whole columns at a time; what is not a number becomes missing."""
    frame = pd.read_csv(path, usecols=COLUMNS, dtype={"country_code": "category"})
    for column in ("timestamp", "last_order_ts"):
        frame[column] = pd.to_datetime(frame[column], errors="coerce", cache=True)
    for column in ("total_orders", "voucher_amount"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame


def clean(frame):
    frame = frame.dropna(subset=["timestamp", "last_order_ts", "country_code"])
    frame = frame[frame["timestamp"] >= frame["last_order_ts"]].copy()
    orders = frame["total_orders"]
    frame["total_orders"] = orders.where((orders >= 0) & (orders % 1 == 0), 0)
    frame["days_since_last_order"] = (frame["timestamp"] - frame["last_order_ts"]).dt.days
    mean_of_country = frame.groupby("country_code", observed=True)["voucher_amount"].transform("mean")
    frame["voucher_amount"] = frame["voucher_amount"].fillna(mean_of_country)
    return frame


def means(frame):
    result = {}
    for segment, (feature, edges, names) in SEGMENTS.items():
        bands = pd.cut(frame[feature], edges, right=False, labels=names)
        for (country, band), mean in frame.groupby(["country_code", bands], observed=True)["voucher_amount"].mean().items():
            result.setdefault(country, {}).setdefault(segment, {})[band] = mean
    return result


if __name__ == "__main__":
    assignments = clean(read(sys.argv[1]))
    json.dump({"rows_kept": len(assignments), "means": means(assignments)}, sys.stdout)
