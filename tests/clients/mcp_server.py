"""Drives the MCP server over stdio as an assistant would, and holds what its tools say and do against the desk.

Arguments: the polus program, and the folder that the MCP server is installed in.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from desk import BAD_GATEWAY, BAD_GATEWAY_AFTER_EFFECT, TOO_MANY, Desk, check_requests, expect, report

PAGE = 50
READ_AT_LEAST = 5
REFUSALS_WANTED = 4
USED_UP_WITHIN = 60


class Server:
    """The MCP server, spoken to in JSON-RPC, a line a message."""

    def __init__(self, desk, installed):
        hook = Path(__file__).parent / "redirect" / "fetch.mjs"
        program = Path(installed) / "node_modules" / "gorgias-mcp-server" / "dist" / "index.js"
        account = {"GORGIAS_DOMAIN": desk.domain, "GORGIAS_EMAIL": desk.email, "GORGIAS_API_KEY": desk.api_key}
        self.process = subprocess.Popen(
            ["node", "--import", hook.as_uri(), str(program)],
            env={**os.environ, **desk.redirection(), **account, "GORGIAS_ACCESS_LEVEL": "admin"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        self.number = 0
        self.used = set()
        client = {"name": "tests", "version": "1"}
        self.ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client})
        self._send({"method": "notifications/initialized"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, method, params):
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        for line in self.process.stdout:
            answer = json.loads(line)
            if answer.get("id") == self.number:
                return answer["result"]
        sys.exit(f"the MCP server ended instead of answering {method}")

    def tool(self, name, **arguments):
        """What a tool says; it must not fail."""
        failed, said = self.try_tool(name, **arguments)
        expect(f"{name} failed with {said}", failed, False)
        return said

    def try_tool(self, name, **arguments):
        self.used.add(name)
        answer = self.ask("tools/call", {"name": f"gorgias_{name}", "arguments": arguments})
        return answer.get("isError", False), json.loads(answer["content"][0]["text"])

    def walk(self, name, before_page=lambda page: None, **arguments):
        """All rows of a list, page after page; a page that fails is asked for a second time."""
        rows, pages, cursor = [], 0, {}
        while True:
            before_page(pages)
            failed, page = self.try_tool(name, **arguments, **cursor)
            if failed:
                page = self.tool(name, **arguments, **cursor)
            pages += 1
            rows += page["data"]
            if not page["meta"]["next_cursor"]:
                return rows, pages
            cursor = {"cursor": page["meta"]["next_cursor"]}

    def _send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.process.stdin.flush()


def reads(server, desk):
    """Lists over several pages with a 429 and a 502 on the way, and single things."""
    faults = {2: TOO_MANY, 4: BAD_GATEWAY}
    plan = lambda page: page in faults and desk.plan("GET", "/api/tickets", faults[page])
    tickets, pages = server.walk("list_tickets", plan, limit=PAGE)
    expect("tickets, newest first", [ticket["id"] for ticket in tickets], desk.tickets[::-1])
    whole = {number: desk.ticket(number) for number in desk.tickets}
    for ticket in tickets:
        alone = whole[ticket["id"]]
        both = ticket.keys() & alone.keys() - {"customer"}
        expect("a ticket in the list", {name: ticket[name] for name in both}, {name: alone[name] for name in both})
    ticket = whole[desk.tickets[0]]
    expect("a ticket alone", server.tool("get_ticket", id=ticket["id"]), ticket)
    message = ticket["messages"][0]
    expect("a message", server.tool("get_message", ticket_id=ticket["id"], id=message["id"]), message)
    expect("its messages", server.tool("list_messages", ticket_id=ticket["id"])["data"], ticket["messages"])
    customers, more = server.walk("list_customers", limit=100, order_by="created_datetime:asc")
    expect("customers", customers, [whole[number]["customer"] for number in desk.tickets])
    users = {user["email"]: user for user in server.tool("list_users")["data"]}
    expect("the agent among the users", users[desk.agent_email]["role"]["name"], "agent")
    expect("the key's own user", server.tool("get_user", id=0), users[desk.email])
    teams = server.tool("list_teams")["data"]
    expect("teams", [team["id"] for team in teams], [desk.team])
    expect("kinds of integrations", len(server.tool("list_integrations")["data"]), 2)
    expect("the account", server.tool("retrieve_account")["domain"], desk.domain)
    return pages + more, users[desk.agent_email]["id"]


def writes(server, desk, agent):
    """A note, an assignment, labels and a survey; each is at the desk once."""
    number = desk.tickets[-1]
    note = {"ticket_id": number, "channel": "internal-note", "via": "api", "from_agent": True, "public": False,
            "sender": {"id": agent}, "source": {"type": "internal-note"}}
    posted = server.tool("create_message", **note, body_text="Looks like a return.", external_id="note-1")
    desk.plan("POST", "/api/tickets/*/messages", BAD_GATEWAY_AFTER_EFFECT)
    failed, _ = server.try_tool("create_message", **note, body_text="Second look.", external_id="note-2")
    expect("a 502 is told", failed, True)
    notes = [message for message in desk.ticket(number)["messages"] if not message["public"]]
    expect("notes", [message["external_id"] for message in notes], ["note-1", "note-2"])
    expect("the note as it was answered", posted, notes[0])

    server.tool("update_ticket", id=number, assignee_user={"id": agent}, assignee_team={"id": desk.team},
                priority="high", tags=[{"name": "return"}])
    server.tool("add_ticket_tags", ticket_id=number, names=["checked", "vip"])
    server.tool("remove_ticket_tags", ticket_id=number, names=["vip"])
    ticket = desk.ticket(number)
    expect("the assignment", (ticket["assignee_user"]["id"], ticket["assignee_team"]["id"]), (agent, desk.team))
    expect("the labels", sorted(tag["name"] for tag in ticket["tags"]), ["checked", "return"])
    used = [(tag["name"], tag["usage"]) for tag in server.tool("list_tags", order_by="usage:desc,name:desc")["data"]]
    expect("the account's labels", used, [("return", 1), ("checked", 1), ("vip", 0)])
    server.tool("update_ticket", id=number, assignee_user={"id": None}, status="closed")
    ticket = desk.ticket(number)
    expect("unassigned and closed", (ticket["assignee_user"], ticket["status"]), (None, "closed"))
    failed, said = server.try_tool("update_ticket", id=number, assignee_user={"id": 1})
    expect("nobody is assigned to who is not there", (failed, "400" in json.dumps(said)), (True, True))

    survey = {"ticket_id": number, "customer_id": ticket["customer"]["id"], "score": 5, "body_text": "Kind."}
    made = server.tool("create_satisfaction_survey", **survey)
    expect("surveys", server.tool("list_satisfaction_surveys")["data"], [made])
    expect("the ticket's survey", desk.ticket(number)["satisfaction_survey"], made)
    told = server.tool("list_events", object_type="Ticket", object_id=number, order_by="created_datetime:asc")["data"]
    done = ["ticket-assigned", "ticket-tags-added", "ticket-tags-removed", "ticket-unassigned", "ticket-closed"]
    expect("what the audit log lacks", [one for one in done if one not in {event["type"] for event in told}], [])


def searches(server, desk):
    """People by name, and tickets in each of the ways of the search that guesses what is meant."""
    number = desk.tickets[10]
    ticket = desk.ticket(number)
    customer = ticket["customer"]
    found = server.tool("search", type="customer", query=customer["email"])
    expect("the customer by address", [one["id"] for one in found], [customer["id"]])
    by_name = server.tool("search", type="customer_profile", query=customer["name"], size=50)
    expect("the customer by name", customer["id"] in [one["id"] for one in by_name], True)
    expect("the team by name", [one["id"] for one in server.tool("search", type="team", query="supp")], [desk.team])

    def smart(query, **options):
        said = server.tool("smart_search", query=query, limit=100, **options)
        return said["searchStrategy"], [one["id"] for one in said["tickets"]]

    expect("tickets by address", smart(customer["email"]), ("email", [number]))
    expect("tickets by number", smart(str(number)), ("ticket_id", [number]))
    expect("tickets of a view", smart("Closed"), ("view", [desk.tickets[-1]]))
    expect("the kind of a name", smart(customer["name"])[0], "customer_name")
    words = "crack"
    said = [one for one in desk.tickets if words in json.dumps(desk.ticket(one)["messages"]).lower()]
    strategy, found = smart(words, search_type="keyword")
    expect("tickets by a word", (strategy, found), ("keyword", said[::-1][:100]))
    first = server.tool("search_view_items", view_id=0, view={"search": words}, limit=5)
    expect("the first of them", [one["id"] for one in first["data"]], said[::-1][:5])
    expect("where the next are", "direction=next" in first["meta"]["next_items"], True)


def uses_up_the_budget(server, desk):
    """Reads on until the budget of calls has been used up for a while; still everything comes whole. A machine too slow
    to use it up by itself meets planned refusals."""
    for read, number in enumerate(desk.tickets):
        refusals = sum(one["status"] == 429 for one in desk.requests())
        if read >= READ_AT_LEAST and refusals >= REFUSALS_WANTED:
            return
        if read >= USED_UP_WITHIN:
            desk.plan("GET", f"/api/tickets/{number}", TOO_MANY)
        shown = server.tool("smart_get_ticket", id=number)
        messages = [message["id"] for message in desk.ticket(number)["messages"]]
        expect(f"the messages of {number}", [message["id"] for message in shown["messages"]], messages)
    sys.exit("no call was refused as one too many, though that was planned")


def main():
    polus, installed = sys.argv[1:]
    started = time.monotonic()
    with Desk(polus, seed=11) as desk, Server(desk, installed) as server:
        tools = {tool["name"] for tool in server.ask("tools/list", {})["tools"]}
        pages, agent = reads(server, desk)
        writes(server, desk, agent)
        searches(server, desk)
        uses_up_the_budget(server, desk)
        expect("tools that the server does not list", {f"gorgias_{name}" for name in server.used} - tools, set())
        met = check_requests(desk, [200, 201, 202, 204, 400, 429, 502])
        expect("502s, as many as were planned", met[502], 2)
        report("MCP server", started, met, f"{len(server.used)} of {len(tools)} tools, {pages} pages walked")


main()
