"""The first system's way to answer POST /voucher: Flask behind gunicorn, the table of segment means in Redis.

    REDIS_URL=... python3 flask_app.py current.statistics.json   fills the table
    REDIS_URL=... gunicorn --workers 2 flask_app:app   answers from it
"""

import json
import os
import sys
from datetime import datetime, timezone

import redis
from flask import Flask, jsonify, request

FREQUENCY = ((0, 4, "0-4"), (5, 13, "5-13"), (14, 37, "14-37"), (38, float("inf"), "38+"))
RECENCY = (
    (30, 60, "30-60"),
    (61, 90, "61-90"),
    (91, 120, "91-120"),
    (121, 180, "121-180"),
    (181, float("inf"), "181+"),
)

store = redis.Redis(connection_pool=redis.ConnectionPool.from_url(os.environ["REDIS_URL"], decode_responses=True))
app = Flask(__name__)


def band_of(bands, value):
    return next((name for low, high, name in bands if low <= value <= high), None)


@app.post("/voucher")
def voucher():
    body = request.get_json()
    segment_name = body["segment_name"]
    if segment_name == "recency_segment":
        last_order = datetime.strptime(body["last_order_ts"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
        band = band_of(RECENCY, (datetime.now(timezone.utc) - last_order).days)
    else:
        band = band_of(FREQUENCY, body["total_orders"])
    amount = store.hget(f"voucher:{body['country_code'].lower()}", f"{segment_name}:{band}")
    return jsonify(voucher_amount=0 if amount is None else float(amount))


def fill(path):
    with open(path, encoding="utf-8") as file:
        countries = json.load(file)["countries"]
    pipeline = store.pipeline()
    for country, statistics in countries.items():
        for segment_name, bands in statistics["segments"].items():
            for band, cell in bands.items():
                if cell["mean"] is not None:
                    pipeline.hset(f"voucher:{country.lower()}", f"{segment_name}:{band}", round(cell["mean"], 2))
    pipeline.execute()


if __name__ == "__main__":
    fill(sys.argv[1])
