//! Looking at one node again and again, over a connection that is made anew when it is lost.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;

use super::{Observed, look};
use crate::client::{Client, ConnectOptions};
use crate::cluster::Node;

/// Sends what is seen of the node until nobody receives it any more. A node that does not answer holds
/// up nobody but itself.
pub async fn follow(node: Node, options: ConnectOptions, every: Duration, to: Sender<Observed>) {
    let mut client: Option<Client> = None;
    loop {
        if client.is_none() {
            match Client::connect(&node, &options).await {
                Ok(connected) => client = Some(connected),
                Err(error) => {
                    if !tell(&to, &node, Err(error)).await {
                        return;
                    }
                }
            }
        }
        if let Some(connected) = &client {
            let view = look(connected).await;
            // Whatever failed, the next look has a connection of its own.
            let is_well = view.is_ok();
            if !tell(&to, &node, view).await {
                return;
            }
            if !is_well {
                client = None;
            }
        }
        tokio::time::sleep(every).await;
    }
}

async fn tell(
    to: &Sender<Observed>,
    node: &Node,
    view: crate::error::Result<super::NodeView>,
) -> bool {
    to.send(Observed { node: node.name.clone(), at: Instant::now(), view }).await.is_ok()
}
