import Glibc
import Hummingbird
import NIOCore

/// Hummingbird's context of a request, with the connection it came on: faults close it.
struct MockContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension Channel {
    /// Ends the connection with a RST, so that the peer sees an error and not a short answer.
    func abort() async {
        if let socket = self as? any SocketOptionProvider {
            // No lingering: close(2) drops what is unsent and resets. Where it is refused, the close is a FIN.
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await close().get()
    }

    /// Waits until the peer has gone, for at most `limit`, and ends the connection then.
    func outlast(_ limit: Duration) async {
        // The peer's FIN is to close this side as well: with nothing to say there is nothing to keep open for.
        try? await setOption(ChannelOptions.allowRemoteHalfClosure, value: false).get()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.closeFuture.get() }
            group.addTask {
                try? await Task.sleep(for: limit)
                try? await self.close().get()
            }
            _ = await group.next()
            group.cancelAll()
        }
    }
}
