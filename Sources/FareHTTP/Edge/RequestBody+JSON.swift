import FarePorts
import HTTPTypes
import Hummingbird
import NIOCore
import WireFormats

/// The largest body that is read.
let bodyLimit = 1 << 20

extension Request {
    /// The body as one JSON object, and its bytes.
    ///
    /// - Throws: 415, 413 or 400.
    func jsonObject() async throws -> (root: JSONValue, bytes: [UInt8]) {
        try checkIsJSON()
        let bytes = try await bodyBytes()
        return (try object(bytes), bytes)
    }

    /// The body as one JSON object, where having nothing to say is as good as an empty one.
    ///
    /// - Throws: 415, 413 or 400.
    func optionalJSONObject() async throws -> (root: JSONValue, bytes: [UInt8]) {
        let bytes = try await bodyBytes()
        guard !bytes.isEmpty else { return (try object(Array("{}".utf8)), bytes) }
        try checkIsJSON()
        return (try object(bytes), bytes)
    }

    private func checkIsJSON() throws(Problem) {
        guard isJSON(headers[.contentType]) else {
            throw Problem(.unsupportedMediaType, "send the body as application/json")
        }
    }

    private func bodyBytes() async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > bodyLimit { throw tooLarge }
        do {
            return Array(try await body.collect(upTo: bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The caller's doing: it went away half-way, or its chunks are none.
            throw Problem(.malformedRequest, "the body can't be read to its end")
        }
    }

    private func object(_ bytes: [UInt8]) throws -> JSONValue {
        do {
            let document = try JSONDocument(PaddedBytes(bytes), limits: JSONLimits(bytes: bodyLimit, depth: 32))
            guard document.root.kind == .object else {
                throw Problem(.malformedRequest, "the body is not a JSON object")
            }
            return document.root
        } catch let error as WireError {
            throw Problem(.malformedRequest, "\(error)")
        }
    }

    private var tooLarge: Problem { Problem(.bodyTooLarge, "the body is larger than \(bodyLimit) bytes") }

    private func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let type = contentType.prefix { $0 != ";" }.trimmingCharacters(in: " \t").lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}

extension StringProtocol {
    fileprivate func trimmingCharacters(in characters: String) -> String {
        var text = self[...]
        while let first = text.first, characters.contains(first) { text = text.dropFirst() }
        while let last = text.last, characters.contains(last) { text = text.dropLast() }
        return String(text)
    }
}
