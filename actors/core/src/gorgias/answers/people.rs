//! The users of a helpdesk, and the numbers of its customers.

use serde::Deserialize;

use super::ticket::full_name;
use super::{list, need, object};
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::{Branch, Leaf};
use crate::gorgias::refusal::Refusal;
use crate::id::{CustomerId, UserId};

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

/// Reads one user.
pub fn user(reply: &Reply) -> Result<User, Refusal> {
    let wire: WireUser = object(reply, "a user")?;
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

/// The customer of a page of customers who has this address; a filter that is not understood shows others, too.
pub fn customer_at(reply: &Reply, email: &str) -> Result<Option<CustomerId>, Refusal> {
    let read = |wire: WireCustomer| Ok((wire.number()?, wire.email.owned()));
    let rows = list(reply, "a page of customers", read)?.rows;
    let has_it = |own: &Option<String>| own.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
    Ok(rows.into_iter().find(|(_, own)| has_it(own)).map(|(customer, _)| customer))
}

/// Reads the number of a customer just created.
pub fn created_customer(reply: &Reply) -> Result<CustomerId, Refusal> {
    object::<WireCustomer>(reply, "the created customer")?.number()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireCustomer {
    id: Leaf,
    email: Leaf,
}

impl WireCustomer {
    fn number(&self) -> Result<CustomerId, Refusal> {
        need(self.id.id(), "a customer", "id").map(CustomerId)
    }
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
