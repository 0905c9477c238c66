//! Users and teams of a helpdesk.

use serde::Deserialize;

use super::ticket::full_name;
use super::{list, need, object};
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::{Branch, Leaf};
use crate::gorgias::refusal::Refusal;
use crate::id::{TeamId, UserId};

/// A user of the helpdesk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Full name, or the e-mail address where there is none, or empty.
    pub name: String,
    /// The login.
    pub email: Option<String>,
    /// May log in.
    pub active: bool,
    /// Slug of the role, for example `admin`, `agent` or `bot`.
    pub role: Option<String>,
}

/// A page of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// Its rows, in Gorgias' order.
    pub users: Vec<User>,
    /// Leads to the next page; `None` at the end.
    pub next_cursor: Option<String>,
}

/// A team of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its number.
    pub id: TeamId,
    /// Its name; may be empty.
    pub name: String,
}

/// A page of teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamPage {
    /// Its rows, in Gorgias' order.
    pub teams: Vec<Team>,
    /// Leads to the next page; `None` at the end.
    pub next_cursor: Option<String>,
}

/// Reads one user.
pub fn user(reply: &Reply) -> Result<User, Refusal> {
    read_user(object(reply, "a user")?)
}

/// Reads a page of users.
pub fn users(reply: &Reply) -> Result<UserPage, Refusal> {
    let page = list(reply, "a page of users", read_user)?;
    Ok(UserPage { users: page.rows, next_cursor: page.next_cursor })
}

/// Reads one team.
pub fn team(reply: &Reply) -> Result<Team, Refusal> {
    read_team(object(reply, "a team")?)
}

/// Reads a page of teams.
pub fn teams(reply: &Reply) -> Result<TeamPage, Refusal> {
    let page = list(reply, "a page of teams", read_team)?;
    Ok(TeamPage { teams: page.rows, next_cursor: page.next_cursor })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireUser {
    id: Leaf,
    active: Leaf,
    deactivated_datetime: Leaf,
    email: Leaf,
    name: Leaf,
    firstname: Leaf,
    lastname: Leaf,
    role: Branch<WireRole>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireRole {
    name: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireTeam {
    id: Leaf,
    name: Leaf,
}

fn read_user(wire: WireUser) -> Result<User, Refusal> {
    let email = wire.email.owned();
    let role = match &wire.role {
        Branch::Object(role) => role.name.owned(),
        Branch::Leaf(name) => name.owned(),
    };
    Ok(User {
        id: UserId(need(wire.id.id(), "a user", "id")?),
        name: full_name(&wire.name, &wire.firstname, &wire.lastname)
            .or_else(|| email.clone())
            .unwrap_or_default(),
        email,
        active: wire.active.flag().unwrap_or(true) && !wire.deactivated_datetime.is_set(),
        role,
    })
}

fn read_team(wire: WireTeam) -> Result<Team, Refusal> {
    let id = TeamId(need(wire.id.id(), "a team", "id")?);
    Ok(Team { id, name: wire.name.name().unwrap_or_default() })
}
