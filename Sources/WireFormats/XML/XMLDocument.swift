public import FarePorts

/// Bounds on an XML document.
public struct XMLLimits: Hashable, Sendable {
    /// Bytes of source.
    public var bytes: Int
    /// Elements.
    public var elements: Int
    /// Elements inside each other.
    public var depth: Int
    /// Bytes of text and attribute values kept, as UTF-8.
    public var textBytes: Int
    /// Attributes of one element.
    public var attributes: Int
    /// Names of elements and attributes that differ.
    public var names: Int

    /// The default fits the largest answer of a provider that a body limit of 32 MiB lets through.
    public init(
        bytes: Int = 33_554_432, elements: Int = 1_000_000, depth: Int = 128, textBytes: Int = 33_554_432,
        attributes: Int = 64, names: Int = 10_000
    ) {
        self.bytes = bytes
        self.elements = elements
        self.depth = depth
        self.textBytes = textBytes
        self.attributes = attributes
        self.names = names
    }
}

/// One XML 1.0 document as a tree in a few flat arrays.
///
/// Names are kept without their prefixes, with the namespace beside them. Text keeps no white space at its ends.
/// Comments and processing instructions are skipped. A document type declaration is refused, and so are its entities.
public final class XMLDocument: Sendable {
    let nodes: [XMLNode]
    let attributes: [XMLAttribute]
    let names: [XMLName]
    let text: [UInt8]
    /// For each name, the first name of the same local part: what look-ups compare.
    let firstOfSameLocal: [Int32]
    private let idsByLocalName: [String: Int32]

    /// Parses and checks a document in UTF-8, UTF-16, ISO-8859-1 or US-ASCII.
    ///
    /// - Throws: `empty`, `malformed`, `doctype`, `unknownEncoding`, or the limit that was passed.
    public init(_ source: PaddedBytes, limits: XMLLimits = XMLLimits()) throws(WireError) {
        let tree = try XMLTreeBuilder.tree(of: source, limits: limits)
        let names = tree.names.all
        nodes = tree.nodes
        attributes = tree.attributes
        self.names = names
        text = tree.text
        let numbered = zip(names.map(\.local), Int32(0)...)
        let ids = Dictionary(numbered) { first, _ in first }
        firstOfSameLocal = names.map { ids[$0.local] ?? -1 }
        idsByLocalName = ids
    }

    /// The outermost element. The parser lets no document without one pass.
    public var root: XMLElement { XMLElement(document: self, index: 0) }

    /// What `firstOfSameLocal` says of names that read `local`; nil where none does.
    func id(ofLocal local: String) -> Int32? { idsByLocalName[local] }

    /// Whether a node has the local name of that id.
    func node(_ index: Int, isNamed id: Int32) -> Bool { firstOfSameLocal[Int(nodes[index].name)] == id }
}

/// One element: where its things are in the document's arrays.
struct XMLNode {
    /// Index into the names.
    let name: Int32
    let attributeStart: Int32
    let attributeCount: Int32
    /// Index of the first node behind this one and everything in it.
    var next: Int32
    var textStart: Int32
    var textEnd: Int32
    /// Bytes from the start of the document, for errors.
    let offset: Int32
}

struct XMLAttribute {
    let name: Int32
    let start: Int32
    let end: Int32
}

struct XMLName: Hashable {
    let local: String
    /// Empty where there is none.
    let namespace: String
}
