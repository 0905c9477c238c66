//! The account itself: its name, the settings that change our world, the webhooks we make in it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{list, missing, need, object};
use crate::gorgias::call::Reply;
use crate::gorgias::lenient::{Branch, Leaf, Rows};
use crate::gorgias::refusal::Refusal;
use crate::id::IntegrationId;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its domain prefix, as Gorgias spells it.
    pub domain: String,
    /// The settings it came with.
    pub settings: AccountSettings,
}

/// The settings of an account that change how we must act. `None` where the account does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountSettings {
    /// A ticket loses its assignee when somebody replies: also when we do.
    pub unassign_on_reply: Option<bool>,
    /// Tickets of one customer are merged by Gorgias.
    pub auto_merge: Option<bool>,
}

/// Reads the account.
pub fn account(reply: &Reply) -> Result<Account, Refusal> {
    let wire: WireAccount = object(reply, "the account")?;
    Ok(Account {
        domain: need(wire.domain.owned(), "the account", "domain")?,
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

/// Reads the number of an integration just created.
pub fn created_integration(reply: &Reply) -> Result<IntegrationId, Refusal> {
    let wire: WireIntegration = object(reply, "the created webhook")?;
    need(wire.id.id(), "the created webhook", "id").map(IntegrationId)
}

/// A webhook as Gorgias has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its name.
    pub name: Option<String>,
    /// The address that it calls.
    pub url: String,
    /// Whether it calls: Gorgias switches one off whose receiver fails too often.
    pub active: bool,
    /// What it is called for, by name.
    pub triggers: Vec<String>,
}

/// Reads a webhook.
pub fn webhook(reply: &Reply) -> Result<Webhook, Refusal> {
    read_webhook(&object(reply, "the webhook")?)
}

/// Reads a list of webhooks. One without an address calls nobody and is left out.
pub fn webhooks(reply: &Reply) -> Result<Vec<(IntegrationId, Webhook)>, Refusal> {
    let all = list(reply, "the webhooks", |wire: WireIntegration| {
        let id = need(wire.id.id(), "a listed webhook", "id").map(IntegrationId)?;
        Ok(read_webhook(&wire).ok().map(|webhook| (id, webhook)))
    })?;
    Ok(all.rows.into_iter().flatten().collect())
}

fn read_webhook(wire: &WireIntegration) -> Result<Webhook, Refusal> {
    let http = wire.http.object();
    let triggers = http.and_then(|http| http.triggers.object()).into_iter().flatten();
    Ok(Webhook {
        name: wire.name.owned(),
        url: http.and_then(|http| http.url.owned()).ok_or_else(|| missing("the webhook", "url"))?,
        active: wire.deactivated_datetime.text().is_none(),
        triggers: triggers.filter(|(_, on)| on.flag() == Some(true)).map(|(name, _)| name.clone()).collect(),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAccount {
    domain: Leaf,
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
    tickets: Branch<WireMerging>,
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
    deactivated_datetime: Leaf,
    http: Branch<WireHttp>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireHttp {
    url: Leaf,
    triggers: Branch<BTreeMap<String, Leaf>>,
}

fn read_settings(list: &Rows<WireSetting>) -> AccountSettings {
    let mut settings = AccountSettings::default();
    for setting in list.objects() {
        let Some(data) = setting.data.object() else { continue };
        match setting.kind.text() {
            Some("ticket-assignment") => settings.unassign_on_reply = data.unassign_on_reply.flag(),
            Some("auto-merge") => {
                settings.auto_merge = data.tickets.object().and_then(|tickets| tickets.enabled.flag());
            }
            Some(_) | None => {}
        }
    }
    settings
}
