//! The server process that was named at login.
//!
//! A server names the process that serves the connection, a pooler names nothing of the kind: what it says is its
//! own. The driver keeps the number for requests to cancel, and tells it to nobody else; so one is written, to us.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf, duplex,
};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// A request for encryption: length and code.
const SSL_REQUEST: [u8; 8] = *b"\0\0\0\x08\x04\xd2\x16\x2f";

/// The process that the other side named; 0 if it named none.
pub(super) async fn process_at_login(client: &tokio_postgres::Client) -> io::Result<i32> {
    let (near, mut far) = duplex(64);
    let read = async {
        let mut begin = [0; 8];
        far.read_exact(&mut begin).await?;
        // Nothing is encrypted here, whatever the connection asks for.
        if begin == SSL_REQUEST {
            far.write_all(b"S").await?;
            far.read_exact(&mut begin).await?;
        }
        // Length and code of the request are read, process and secret follow.
        far.read_i32().await
    };
    let token = client.cancel_token();
    let (sent, process) = tokio::join!(token.cancel_query_raw(near, Unencrypted), read);
    sent.map_err(io::Error::other)?;
    process
}

/// Takes a stream for an encrypted one.
struct Unencrypted;

impl TlsConnect<DuplexStream> for Unencrypted {
    type Stream = AsItIs;
    type Error = io::Error;
    type Future = Ready<io::Result<AsItIs>>;

    fn connect(self, stream: DuplexStream) -> Self::Future {
        ready(Ok(AsItIs(stream)))
    }
}

struct AsItIs(DuplexStream);

impl TlsStream for AsItIs {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for AsItIs {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for AsItIs {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
