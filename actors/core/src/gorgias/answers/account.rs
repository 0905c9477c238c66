//! The account itself: whether it lives, the settings that change our world, its webhooks.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{list, missing, need, object};
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::{Branch, Leaf, Rows, Table};
use crate::gorgias::refusal::Refusal;
use crate::id::IntegrationId;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its domain prefix, as Gorgias spells it.
    pub domain: String,
    /// Switched off at Gorgias.
    pub deactivated: bool,
    /// The settings it came with.
    pub settings: AccountSettings,
}

/// The settings of an account that change how we must act. `None` where the account does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountSettings {
    /// A ticket loses its assignee when somebody replies: also when we do.
    pub unassign_on_reply: Option<bool>,
    /// A ticket is assigned to whoever replies.
    pub assign_to_responder: Option<bool>,
    /// Tickets of one customer are merged by Gorgias.
    pub auto_merge: Option<bool>,
    /// The mailbox replies leave from by default.
    pub default_mailbox: Option<IntegrationId>,
}

/// An integration; webhooks are of the kind `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// Its number.
    pub id: IntegrationId,
    /// Its name; may be empty.
    pub name: String,
    /// Its kind, for example `http` or `email`.
    pub kind: String,
    /// Not switched off; Gorgias switches a webhook off that fails often.
    pub active: bool,
    /// Where a webhook calls; may hold a secret of its owner.
    pub url: Option<String>,
    /// What a webhook is called for.
    pub triggers: BTreeSet<String>,
}

/// A page of integrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationPage {
    /// Its rows, in Gorgias' order.
    pub integrations: Vec<Integration>,
    /// Leads to the next page; `None` at the end.
    pub next_cursor: Option<String>,
}

/// Reads the account.
pub fn account(reply: &Reply) -> Result<Account, Refusal> {
    let wire: WireAccount = object(reply, "the account")?;
    Ok(Account {
        domain: need(wire.domain.owned(), "the account", "domain")?,
        deactivated: wire.deactivated_datetime.is_set(),
        settings: read_settings(&wire.settings),
    })
}

/// Reads the settings, all or those of one kind.
pub fn account_settings(reply: &Reply) -> Result<AccountSettings, Refusal> {
    let wire: WireSettings = object(reply, "the account's settings")?;
    if wire.data.0.is_none() {
        return Err(missing("the account's settings", "a list"));
    }
    Ok(read_settings(&wire.data))
}

/// Reads a page of integrations.
pub fn integrations(reply: &Reply) -> Result<IntegrationPage, Refusal> {
    let page = list(reply, "a page of integrations", read_integration)?;
    Ok(IntegrationPage { integrations: page.rows, next_cursor: page.next_cursor })
}

/// Reads an integration just created.
pub fn created_integration(reply: &Reply) -> Result<Integration, Refusal> {
    read_integration(object(reply, "the created webhook")?)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAccount {
    domain: Leaf,
    deactivated_datetime: Leaf,
    settings: Rows<WireSetting>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSettings {
    data: Rows<WireSetting>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSetting {
    #[serde(rename = "type")]
    kind: Leaf,
    data: Branch<WireSettingData>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireSettingData {
    unassign_on_reply: Leaf,
    auto_assign_ticket_to_responding_agent: Leaf,
    tickets: Branch<WireMerging>,
    email: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireMerging {
    enabled: Leaf,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireIntegration {
    id: Leaf,
    name: Leaf,
    #[serde(rename = "type")]
    kind: Leaf,
    deactivated_datetime: Leaf,
    http: Branch<WireHttp>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireHttp {
    url: Leaf,
    triggers: Table<Leaf>,
}

fn read_settings(list: &Rows<WireSetting>) -> AccountSettings {
    let mut settings = AccountSettings::default();
    for setting in list.objects() {
        let Some(data) = setting.data.object() else { continue };
        match setting.kind.text() {
            Some("ticket-assignment") => {
                settings.unassign_on_reply = data.unassign_on_reply.flag();
                settings.assign_to_responder = data.auto_assign_ticket_to_responding_agent.flag();
            }
            Some("auto-merge") => {
                settings.auto_merge = data.tickets.object().and_then(|tickets| tickets.enabled.flag());
            }
            Some("default-integration") => settings.default_mailbox = data.email.id().map(IntegrationId),
            Some(_) | None => {}
        }
    }
    settings
}

fn read_integration(wire: WireIntegration) -> Result<Integration, Refusal> {
    let http = wire.http.object();
    let triggers: Option<&BTreeMap<String, Leaf>> = http.map(|http| &http.triggers.0);
    Ok(Integration {
        id: IntegrationId(need(wire.id.id(), "an integration", "id")?),
        name: wire.name.name().unwrap_or_default(),
        kind: wire.kind.owned().unwrap_or_default(),
        active: !wire.deactivated_datetime.is_set(),
        url: http.and_then(|http| http.url.owned()),
        triggers: triggers
            .into_iter()
            .flatten()
            .filter(|(_, wanted)| wanted.flag() == Some(true))
            .map(|(name, _)| name.clone())
            .collect(),
    })
}
