/// One element of a document: two words that point into it. It keeps the document alive.
///
/// Elements are looked up by local name, whatever the namespace, as the versions of one schema differ in it.
public struct XMLElement: Sendable {
    let document: XMLDocument
    let index: Int

    var node: XMLNode { document.nodes[index] }

    /// The name without its prefix.
    public var name: String { document.names[Int(node.name)].local }

    /// The namespace's URI; empty where there is none.
    public var namespace: String { document.names[Int(node.name)].namespace }

    /// The element's own text, without white space at the ends, and without that of the elements inside it.
    public var text: String { String(decoding: document.text[Int(node.textStart)..<Int(node.textEnd)], as: UTF8.self) }

    /// The elements right inside this one, in order.
    public var children: XMLChildren { XMLChildren(self) }

    /// The elements of that name right inside this one, in order.
    public func children(named name: String) -> some Sequence<XMLElement> {
        let id = document.id(ofLocal: name)
        return children.lazy.filter { child in id.map { child.document.node(child.index, isNamed: $0) } ?? false }
    }

    /// The first element at the end of a path of names: `root.first("Response", "OffersGroup")`.
    public func first(_ path: String...) -> XMLElement? { descend(path[...]) }

    /// The text at the end of a path of names; nil if there is no such element or it has none.
    public func text(_ path: String...) -> String? {
        guard let text = descend(path[...])?.text, !text.isEmpty else { return nil }
        return text
    }

    /// The value of the attribute of that local name.
    public func attribute(_ name: String) -> String? {
        let node = node
        let range = Int(node.attributeStart)..<Int(node.attributeStart + node.attributeCount)
        for attribute in document.attributes[range] where document.names[Int(attribute.name)].local == name {
            return String(decoding: document.text[Int(attribute.start)..<Int(attribute.end)], as: UTF8.self)
        }
        return nil
    }

    func descend(_ path: ArraySlice<String>) -> XMLElement? {
        guard let name = path.first else { return self }
        guard let id = document.id(ofLocal: name) else { return nil }
        for child in children where document.node(child.index, isNamed: id) {
            // The first of a name may lack what a later one has.
            if let found = child.descend(path.dropFirst()) { return found }
        }
        return nil
    }
}

/// The elements right inside another, in order.
public struct XMLChildren: Sequence, Sendable {
    private let parent: XMLElement

    init(_ parent: XMLElement) { self.parent = parent }

    public var isEmpty: Bool { Int(parent.node.next) == parent.index + 1 }

    public func makeIterator() -> Iterator {
        Iterator(document: parent.document, index: parent.index + 1, end: Int(parent.node.next))
    }

    public struct Iterator: IteratorProtocol {
        let document: XMLDocument
        var index: Int
        let end: Int

        public mutating func next() -> XMLElement? {
            guard index < end else { return nil }
            defer { index = Int(document.nodes[index].next) }
            return XMLElement(document: document, index: index)
        }
    }
}
