import CCurl
import Glibc
import Resilience

// What libcurl calls while a transfer runs, on the loop's thread. Each only appends, or aborts.

extension TransferOptions {
    /// - Parameter handle: must outlive the transfer; libcurl gets its address, unretained.
    mutating func setCallbacks(to handle: EasyHandle, token: Token) {
        let context = Unmanaged.passUnretained(handle).toOpaque()
        setReceiver(CURLOPT_HEADERFUNCTION, receiveHeader)
        set(CURLOPT_HEADERDATA, context)
        setReceiver(CURLOPT_WRITEFUNCTION, receiveBody)
        set(CURLOPT_WRITEDATA, context)
        setGate(askGate)
        set(CURLOPT_PREREQDATA, context)
        set(CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: UInt(token.number)))
    }

    /// The limit travels in the context pointer itself, so that it needs no memory that outlives the connection.
    mutating func setUnacknowledgedLimit(_ limit: Duration) {
        let milliseconds = min(max(limit.nanoseconds / 1_000_000, 1), Int64(Int32.max))
        setSocketOpened(limitUnacknowledged)
        set(CURLOPT_SOCKOPTDATA, UnsafeMutableRawPointer(bitPattern: UInt(milliseconds)))
    }
}

private let receiveHeader:
    @convention(c) (
        UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
    ) -> Int = { bytes, size, count, context in
        guard let context else { return 0 }
        return Unmanaged<EasyHandle>.fromOpaque(context)._withUnsafeGuaranteedRef { handle in
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return handle.reception.appendHeader(line) ? line.count : 0
        }
    }

private let receiveBody:
    @convention(c) (
        UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
    ) -> Int = { bytes, size, count, context in
        guard let context else { return 0 }
        return Unmanaged<EasyHandle>.fromOpaque(context)._withUnsafeGuaranteedRef { handle in
            let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
            let curl = handle.curl
            let isTaken = handle.reception.appendBody(chunk) {
                var length: curl_off_t = -1
                guard ccurl_get_offset(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length) == CURLE_OK else {
                    return nil
                }
                return length < 0 ? nil : Int(length)
            }
            return isTaken ? chunk.count : 0
        }
    }

private let askGate:
    @convention(c) (
        UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, Int32, Int32
    ) -> Int32 = { context, _, _, _, _ in
        guard let context else { return Int32(CURL_PREREQFUNC_ABORT) }
        let isOpen = Unmanaged<EasyHandle>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.mayOpenGate() }
        return Int32(isOpen ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT)
    }

private let limitUnacknowledged:
    @convention(c) (
        UnsafeMutableRawPointer?, curl_socket_t, curlsocktype
    ) -> Int32 = { context, socket, _ in
        var milliseconds = UInt32(truncatingIfNeeded: UInt(bitPattern: context))
        // A kernel that refuses leaves the connection as good as it would be without.
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
        return Int32(CURL_SOCKOPT_OK)
    }
