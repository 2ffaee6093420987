//! The counter: where finished tickets are handed out. Reads the kitchen's JSON events.

use topika::App;
use topika::handler::State;

use crate::events::kitchen::TicketReady;
use crate::events::topics::KitchenTicketReady;
use crate::ledger::Ledger;

/// The counter as an application of the consumer group `group`.
pub fn app(group: &str, ledger: Ledger) -> App<Ledger> {
    App::new(group).with_state(ledger).topic(KitchenTicketReady::router().ticket_ready(hand_out)).dead_letters()
}

async fn hand_out(State(ledger): State<Ledger>, ticket: TicketReady) -> Result<(), topika::Error> {
    ledger.handed_out(&ticket.order_id);
    Ok(())
}
