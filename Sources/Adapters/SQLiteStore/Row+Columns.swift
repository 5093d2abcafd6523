import FareDomain
import Foundation
import GRDB

/// GRDB's subscripts trap on a value of the wrong type; a damaged file may have one, so these throw.
extension Row {
    func bytes(_ index: Int) throws -> [UInt8] {
        [UInt8](try decode(Data.self, atIndex: index))
    }

    func timestamp(_ index: Int) throws -> Timestamp {
        Timestamp(millisecondsSinceEpoch: try decode(atIndex: index))
    }
}
