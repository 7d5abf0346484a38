//! Serving the page: one look at the cluster for each request, one at a time.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use spock_admin::error::AdminError;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::ui;

/// Connections that are served at once; more wait.
const CONNECTIONS: usize = 16;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until the program is interrupted.
pub(super) async fn serve(global: &Global, context: Context, address: SocketAddr) -> Result {
    let failed = |e| AdminError::failed(format!("could not listen at {address}: {e}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    ui::note(global, format!("metrics are at http://{bound}/metrics"));
    let context = Arc::new(Mutex::new(context));
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return Err(AdminError::failed("the server of metrics ended").into());
        };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of descriptors, or a client that is gone again.
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let context = Arc::clone(&context);
        tokio::spawn(async move {
            let _place = place;
            let service = service_fn(move |request| answer(Arc::clone(&context), request));
            let served = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
}

async fn answer(
    context: Arc<Mutex<Context>>,
    request: Request<hyper::body::Incoming>,
) -> Result<Response<String>, Infallible> {
    let plain = "text/plain; charset=utf-8";
    let (status, kind, body) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/metrics") => {
            let context = context.lock().await;
            match super::measure(&context).await {
                Ok((text, _)) => {
                    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                    (StatusCode::OK, kind, text)
                }
                Err(_) => {
                    let body = "the cluster could not be looked at\n".to_owned();
                    (StatusCode::INTERNAL_SERVER_ERROR, plain, body)
                }
            }
        }
        (&Method::GET, _) => (StatusCode::NOT_FOUND, plain, "see /metrics\n".to_owned()),
        _ => (StatusCode::METHOD_NOT_ALLOWED, plain, "GET only\n".to_owned()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    Ok(response)
}
