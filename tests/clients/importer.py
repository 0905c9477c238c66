"""Lets ingestr copy the desk's tables into a database, twice, and holds every row against the desk.

Argument: the polus program. The desk gives short pages, and refuses a call in twelve.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from math import ceil
from pathlib import Path

import duckdb
from desk import BAD_GATEWAY, TOO_MANY, Desk, check_requests, expect, report

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
ROWS_A_PAGE = 50
PATHS = {
    "tickets": "/api/tickets",
    "customers": "/api/customers",
    "ticket_messages": "/api/messages",
    "satisfaction_surveys": "/api/satisfaction-surveys",
}


def lives_a_little(desk):
    """Replies, one that can't be sent, labels, assignments, surveys: rows that differ from each other."""
    agent = desk.call("GET", "/api/users/0")["id"]
    lost = desk.tickets[3]
    desk.act("faults", plan=[{"sending": {"ticket": lost, "error": "The mailbox is full."}}],
             timings={"sending_ms_min": 0, "sending_ms_max": 0, "rows_a_page_max": ROWS_A_PAGE})
    for number in desk.tickets[:8]:
        desk.act("agent_replies", ticket_id=number, user_id=agent, text=f"We look into {number}. \u2713")
    desk.act("agent_notes", ticket_id=desk.tickets[1], user_id=agent, text="A \"regular\"; be kind.")
    desk.act("assign", ticket_id=desk.tickets[1], to={"user": agent})
    desk.act("close", ticket_id=desk.tickets[2])
    for score, number in enumerate(desk.tickets[:5], start=1):
        customer = desk.ticket(number)["customer"]["id"]
        desk.call("POST", "/api/satisfaction-surveys", {"ticket_id": number, "customer_id": customer, "score": score})
    for number in desk.tickets[:3]:
        desk.call("PUT", f"/api/tickets/{number}", {"tags": [{"name": "return"}, {"name": "vip"}]})
    failed = [message for message in desk.ticket(lost)["messages"] if message["failed_datetime"]]
    expect("replies that can't be sent", len(failed), 1)


def imports(desk, folder, tables):
    """One run of ingestr a table."""
    hook = Path(__file__).parent / "redirect"
    quiet = {"INGESTR_DISABLE_TELEMETRY": "true", "RUNTIME__DLTHUB_TELEMETRY": "false", "PYTHONPATH": str(hook)}
    own = {"HOME": folder, "DLT_DATA_DIR": folder}
    for table in tables:
        command = [
            Path(sys.executable).parent / "ingestr", "ingest", "--yes", "--progress", "log",
            "--source-uri", f"gorgias://{desk.domain}?api_key={desk.api_key}&email={desk.email}",
            "--source-table", table, "--dest-uri", f"duckdb:///{folder}/copy.duckdb", "--dest-table", f"main.{table}",
        ]
        ran = subprocess.run(command, env={**os.environ, **desk.redirection(), **quiet, **own},
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        expect(f"ingestr's end with {table}:\n{ran.stdout}", ran.returncode, 0)


def truth(desk):
    """What the tables must hold, row by id, from the desk's back door."""
    whole = [desk.ticket(number) for number in desk.tickets]
    surveys = [ticket["satisfaction_survey"] for ticket in whole if ticket["satisfaction_survey"]]
    messages = [message for ticket in whole for message in ticket["messages"]]
    tickets = []
    for ticket in whole:
        short = ["id", "email", "name", "firstname", "lastname"]
        tickets.append({
            **ticket,
            "customer": {**{field: ticket["customer"][field] for field in short}, "meta": None},
            "messages_count": len(ticket["messages"]),
            "excerpt": ticket["messages"][-1]["body_text"],
        })
    customers = [ticket["customer"] for ticket in whole]
    rows = {"tickets": tickets, "customers": customers, "ticket_messages": messages, "satisfaction_surveys": surveys}
    return {table: {row["id"]: row for row in wanted} for table, wanted in rows.items()}


def compare(folder, table, wanted):
    """Every row and every field that the desk knows; returns how many fields were held against each other."""
    with duckdb.connect(f"{folder}/copy.duckdb", read_only=True) as copy:
        kinds = {name: kind for name, kind, *_ in copy.execute(f"describe {table}").fetchall()}
        read = [f"epoch_us({name})" if kind.startswith("TIMESTAMP") else name for name, kind in kinds.items()]
        rows = copy.execute(f"select {', '.join(read)} from {table}").fetchall()
    copied = [dict(zip(kinds, row)) for row in rows]
    expect(f"ids in {table}", sorted(row["id"] for row in copied), sorted(wanted))
    compared = 0
    for row in copied:
        for name in wanted[row["id"]].keys() & kinds.keys():
            value = wanted[row["id"]][name]
            if kinds[name].startswith("TIMESTAMP"):
                value = value and microseconds(value)
            got = json.loads(row[name]) if kinds[name] == "JSON" and row[name] is not None else row[name]
            if isinstance(value, (dict, list)) and isinstance(got, str):
                got = json.loads(got)
            expect(f"{name} of {row['id']} in {table}", got, value)
            compared += 1
    return compared


def microseconds(stamp):
    """`2026-11-20T08:00:00.123456+00:00` as microseconds since 1970."""
    return (datetime.fromisoformat(stamp) - EPOCH) // timedelta(microseconds=1)


def main():
    (polus,) = sys.argv[1:]
    started = time.monotonic()
    with Desk(polus, seed=12) as desk, tempfile.TemporaryDirectory() as folder:
        lives_a_little(desk)
        desk.act("faults", odds={"bad_gateway": 0.04, "too_many_requests": 0.04})
        desk.plan("GET", "/api/tickets", TOO_MANY, BAD_GATEWAY)
        desk.plan("GET", "/api/messages", BAD_GATEWAY, TOO_MANY)
        imports(desk, folder, PATHS)
        wanted = truth(desk)
        compared = sum(compare(folder, table, rows) for table, rows in wanted.items())
        pages = 0
        for table, path in PATHS.items():
            answered = [one for one in desk.requests() if one["path"] == path and one["status"] == 200]
            expect(f"pages of {table}", len(answered), ceil(len(wanted[table]) / ROWS_A_PAGE))
            pages += len(answered)

        # What changed since then comes with the second run, and the copy is the desk again.
        desk.act("close", ticket_id=desk.tickets[100])
        desk.act("customer_writes", ticket_id=desk.tickets[200], letter={"text": "Any news?"})
        before = len(desk.requests())
        imports(desk, folder, ["tickets"])
        again = [one for one in desk.requests()[before:] if one["status"] == 200]
        expect("pages of a second run are few", len(again) < pages / 4, True)
        compared += compare(folder, "tickets", truth(desk)["tickets"])
        met = check_requests(desk, [200, 429, 502])
        expect("429s and 502s, two of each at least", met[429] >= 2 and met[502] >= 2, True)
        words = f"{pages} pages, then {len(again)} with what changed; {compared} fields compared"
        report("ingestr", started, met, words)


main()
