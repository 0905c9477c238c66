//! `polus gorgias-sim`: the simulated Gorgias alone, over HTTP.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use clap::Args;
use polus_actors::world::Clock;
use polus_simulations::gorgias::seed::{Cast, seed};
use polus_simulations::gorgias::{BUCKET_SIZE, http};
use serde_json::json;

use super::output;
use crate::world::SystemClock;

/// Run a simulated Gorgias over HTTP, for building and trying things against
#[derive(Args)]
pub(super) struct GorgiasSim {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// What chance does there; the same seed gives the same account
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Tickets to begin with
    #[arg(long, default_value_t = 12)]
    tickets: usize,
    /// Calls that a key may make at once; all of them come back in twenty seconds. Gorgias' own is 40
    #[arg(long, value_name = "CALLS", default_value_t = BUCKET_SIZE, value_parser = clap::value_parser!(u32).range(1..))]
    allowance: u32,
    /// JSON for programs
    #[arg(long)]
    json: bool,
}

impl GorgiasSim {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        actix::System::new().block_on(self.serve())
    }

    async fn serve(&self) -> anyhow::Result<ExitCode> {
        let clock = Arc::new(SystemClock::new());
        let now_ms = move || clock.now().0;
        let (mut desk, cast) = seed(now_ms(), self.seed, self.tickets);
        desk.allowance = self.allowance;
        let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(asked)
            .with_context(|| format!("{asked} cannot be listened on; give another --port"))?;
        let address = listener.local_addr()?;
        let domain = desk.domain.clone();
        let (server, courier) = http::serve(Arc::new(Mutex::new(desk)), listener, now_ms)?;
        let courier = actix_web::rt::spawn(courier.run());
        self.tell(&domain, address, &cast)?;
        server.await?;
        courier.abort();
        Ok(ExitCode::SUCCESS)
    }

    fn tell(&self, domain: &str, address: SocketAddr, cast: &Cast) -> anyhow::Result<()> {
        if self.json {
            return output::json(&json!({
                "base_url": format!("http://{address}"), "domain": domain, "seed": self.seed,
                "ai_user_id": cast.ai_user, "email": cast.owner_email, "api_key": cast.owner_key,
                "handoff_team_id": cast.team, "tickets": cast.tickets,
            }));
        }
        output::line(&format!(
            "a simulated Gorgias, seed {}, {} tickets\n\
             \n  base address   http://{address}      (polus serve --gorgias-url http://{address})\
             \n  domain         {domain}\
             \n  e-mail         {}\
             \n  API key        {}\
             \n  AI user        {ai_user}\
             \n  handoff team   {}\n\
             \nBack door, JSON:\
             \n  GET  /_desk/tickets, /_desk/tickets/ID, /_desk/requests\
             \n  POST /_desk/customer_writes, agent_replies, agent_notes, rule_replies, assign, close, reopen,\
             \n       trash, delete, merge, deactivate_user, activate_user, switch_webhooks_on, revoke_key,\
             \n       restore_key, faults\n\
             \nA customer writes a chat that is assigned to the AI user:\
             \n  curl http://{address}/_desk/customer_writes -d \\\
             \n    '{{\"new\":{{\"channel\":\"chat\",\"assignee_user\":{ai_user},\"letter\":{{\"text\":\"How long is shipping?\"}}}}}}'\n\
             \nIt runs until it is interrupted; nothing is kept.",
            self.seed,
            cast.tickets.len(),
            cast.owner_email,
            cast.owner_key,
            cast.team,
            ai_user = cast.ai_user
        ))
    }
}
