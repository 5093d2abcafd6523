extension String: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Substring: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.string(String(self)) }
}

extension Int: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.scalar(String(self)) }
}

extension Int64: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.scalar(String(self)) }
}

extension Int32: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.scalar(String(self)) }
}

extension Bool: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.scalar(self ? "true" : "false") }
}

/// For rates and latencies, never for money. JSON has no infinity: it becomes null.
extension Double: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.scalar(isFinite ? description : "null") }
}

/// Nil is null.
extension Optional: JSONWritable where Wrapped: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        if let self { self.write(to: &writer) } else { writer.null() }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.array { writer in
            for element in self { element.write(to: &writer) }
        }
    }
}

/// A value of another document, as it stood there.
extension JSONValue: JSONWritable {
    public func write(to writer: inout JSONWriter) { writer.raw(rawBytes) }
}
