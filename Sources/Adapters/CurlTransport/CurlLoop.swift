import CCurl
import FarePorts
import Glibc
import Resilience

/// Owns the multi handle, its sockets and its easy handles. One thread at a time touches it: the one that made it until
/// the loop's own thread starts, and only that one from then on.
///
/// `curl_multi_socket_action` visits the transfers that something happened to, where `curl_multi_perform` walks them
/// all.
final class CurlLoop {
    private let configuration: CurlConfiguration
    private let clock: any MonotonicClock
    private let inbox: Inbox
    private let multi: UnsafeMutableRawPointer
    private let sessions: OpaqueShare
    private let poll: Int32
    private var running: [Token: EasyHandle] = [:]
    private var idle: [EasyHandle] = []
    private var batch = Inbox.Batch()
    /// When libcurl wants to be called without anything having happened.
    private var timerDue: MonotonicInstant?

    init(configuration: CurlConfiguration, clock: any MonotonicClock, inbox: Inbox) throws(CurlStartError) {
        guard curlIsReady else { throw CurlStartError(detail: "curl_global_init") }
        guard let multi = curl_multi_init() else { throw CurlStartError(detail: "curl_multi_init") }
        guard let sessions = curl_share_init() else {
            curl_multi_cleanup(multi)
            throw CurlStartError(detail: "curl_share_init")
        }
        self.configuration = configuration
        self.clock = clock
        self.inbox = inbox
        self.multi = multi
        self.sessions = sessions
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(fd: inbox.descriptor))
        guard poll >= 0, epoll_ctl(poll, EPOLL_CTL_ADD, inbox.descriptor, &event) == 0 else {
            let error = CurlStartError(system: "epoll")
            cleanUp()
            throw error
        }
        guard setOptions() else {
            cleanUp()
            throw CurlStartError(detail: "curl_multi_setopt")
        }
    }

    private func setOptions() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return ccurl_share_tls_sessions(sessions) == CURLSHE_OK
            && ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)) == CURLM_OK
            && ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumIdleConnections) == CURLM_OK
            && ccurl_multi_set_socket_watcher(multi, socketCallback, context) == CURLM_OK
            && ccurl_multi_set_timer(multi, timerCallback, context) == CURLM_OK
    }

    /// Serves the inbox until it is closed; then everything unfinished fails with `shutDown`, and all memory,
    /// descriptors and connections are given back.
    func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while !batch.isLast {
            let count = epoll_wait(poll, &events, Int32(events.count), waitMilliseconds())
            // A negative count is EINTR, since the descriptor and the buffer are ours: the same as nothing.
            for event in events.prefix(max(0, Int(count))) {
                if event.data.fd == inbox.descriptor {
                    takeMail()
                } else {
                    act(on: event.data.fd, actions(event.events))
                }
            }
            if let due = timerDue, due <= systemClock.now {
                timerDue = nil
                act(on: CURL_SOCKET_BAD, 0)
            }
            finishCompleted()
        }
        for token in Array(running.keys) { abandon(token, as: .shutDown) }
        cleanUp()
    }

    /// Gives everything back. Nothing may be running, and nothing may follow.
    func cleanUp() {
        for handle in idle { handle.discard() }
        idle = []
        curl_multi_cleanup(multi)
        curl_share_cleanup(sessions)
        if poll >= 0 { close(poll) }
    }

    /// Until libcurl's timer is due: rounded up, so that it is due by then.
    private func waitMilliseconds() -> Int32 {
        guard let timerDue else { return -1 }
        let left = systemClock.now.duration(to: timerDue).nanoseconds
        return Int32(min(max(0, (left + 999_999) / 1_000_000), Int64(Int32.max)))
    }

    /// Lets libcurl do what is to be done about a socket, or, for `CURL_SOCKET_BAD`, about its timer.
    private func act(on socket: curl_socket_t, _ actions: Int32) {
        var stillRunning: Int32 = 0
        // An error concerns the multi handle as such: transfers end by their timeouts at the latest.
        curl_multi_socket_action(multi, socket, actions, &stillRunning)
    }

    private func actions(_ events: UInt32) -> Int32 {
        var actions: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { actions |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { actions |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { actions |= CURL_CSELECT_ERR }
        return actions
    }
}

// MARK: - Transfers

extension CurlLoop {
    private func takeMail() {
        inbox.take(into: &batch)
        for arrival in batch.arrivals { start(arrival) }
        for token in batch.aborts { abandon(token, as: .cancelled) }
    }

    private func start(_ arrival: Arrival) {
        guard let handle = idle.popLast() ?? EasyHandle(clock: clock, sessions: sessions) else {
            return end(arrival.continuation, .failure(TransportError(.overloaded, maybeSent: false, detail: "memory")))
        }
        do {
            try handle.prepare(arrival, configuration)
        } catch {
            _ = retire(handle)
            return end(arrival.continuation, .failure(error))
        }
        guard curl_multi_add_handle(multi, handle.curl) == CURLM_OK else {
            _ = retire(handle)
            return end(arrival.continuation, .failure(TransportError(.overloaded, maybeSent: false, detail: "memory")))
        }
        running[arrival.token] = handle
    }

    /// Ends a transfer before its time. One that has ended already has its result.
    private func abandon(_ token: Token, as code: TransportError.Code) {
        guard let handle = running.removeValue(forKey: token) else { return }
        curl_multi_remove_handle(multi, handle.curl)
        guard let call = retire(handle) else { return }
        end(call.continuation, .failure(handle.error(code, of: call)))
    }

    private func finishCompleted() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let curl = message.pointee.easy_handle else { continue }
            // The message is gone once its handle has been removed.
            let code = ccurl_message_result(message)
            var name: UnsafeMutableRawPointer?
            _ = ccurl_get_pointer(curl, CURLINFO_PRIVATE, &name)
            let token = Token(number: UInt64(UInt(bitPattern: name)))
            guard let handle = running.removeValue(forKey: token), let call = handle.call else { continue }
            curl_multi_remove_handle(multi, curl)
            let result = handle.outcome(code, of: call)
            _ = retire(handle)
            end(call.continuation, result)
        }
    }

    /// Takes the call out of a handle that is in no multi handle, and keeps the handle if there is room.
    private func retire(_ handle: EasyHandle) -> EasyHandle.Call? {
        let call = handle.reset()
        if idle.count < configuration.maximumIdleHandles {
            idle.append(handle)
        } else {
            handle.discard()
        }
        return call
    }

    private func end(_ continuation: Reply, _ result: Result<HTTPResponse, TransportError>) {
        // First, so that a caller that sends again at once finds the room that it has just made.
        inbox.ended()
        continuation.resume(returning: result)
    }
}

// MARK: - What libcurl wants to be told

extension CurlLoop {
    fileprivate func socketChanged(_ socket: curl_socket_t, to wish: Int32, isKnown: Bool) {
        guard wish != CURL_POLL_REMOVE else {
            epoll_ctl(poll, EPOLL_CTL_DEL, socket, nil)
            return
        }
        var event = epoll_event(events: 0, data: epoll_data(fd: socket))
        if wish & CURL_POLL_IN != 0 { event.events |= EPOLLIN.rawValue }
        if wish & CURL_POLL_OUT != 0 { event.events |= EPOLLOUT.rawValue }
        let (first, second) = isKnown ? (EPOLL_CTL_MOD, EPOLL_CTL_ADD) : (EPOLL_CTL_ADD, EPOLL_CTL_MOD)
        // The kernel forgets a socket that was closed, and its number may be back before libcurl says so.
        if epoll_ctl(poll, first, socket, &event) != 0 { epoll_ctl(poll, second, socket, &event) }
        if !isKnown { curl_multi_assign(multi, socket, Unmanaged.passUnretained(self).toOpaque()) }
    }

    fileprivate func timerChanged(_ milliseconds: Int) {
        timerDue = milliseconds < 0 ? nil : systemClock.now.advanced(by: .milliseconds(milliseconds))
    }
}

/// libcurl's timer is real time, whatever clock judges deadlines.
private let systemClock = SystemClock()

/// Once a process, before anything else.
private let curlIsReady = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

/// A socket that libcurl has told of before carries a mark, which is any pointer but null.
private let socketCallback:
    @convention(c) (
        UnsafeMutableRawPointer?, curl_socket_t, Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
    ) -> Int32 = { _, socket, wish, context, mark in
        guard let context else { return 0 }
        Unmanaged<CurlLoop>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.socketChanged(socket, to: wish, isKnown: mark != nil)
        }
        return 0
    }

private let timerCallback: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Int32 = {
    _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlLoop>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.timerChanged(milliseconds) }
    return 0
}
