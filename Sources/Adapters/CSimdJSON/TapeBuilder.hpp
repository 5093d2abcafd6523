#ifndef TAPE_BUILDER_HPP
#define TAPE_BUILDER_HPP

#include "CSimdJSON.h"

#include <cstddef>
#include <cstdint>

/// Walks the structural index of one document, checks it, and writes its nodes.
///
/// The index has the offset of every `{ } [ ] : ,`, of every opening quote and of the first byte of every other scalar;
/// closing quotes and white space are not in it.
class TapeBuilder {
public:
    TapeBuilder(const uint8_t *bytes, uint32_t length, const uint32_t *index, uint32_t indexCount,
                CSimdJSONNode *nodes, CSimdJSONLimits limits) noexcept
        : bytes(bytes), length(length), index(index), indexCount(indexCount), nodes(nodes), limits(limits) {}

    /// Whether the document is one well-formed value within the limits; if not, `code` and `offset` say what is wrong.
    bool build() noexcept;

    CSimdJSONCode code = CSIMDJSON_OK;
    uint32_t offset = 0;
    uint32_t count = 0;

private:
    bool value() noexcept;
    bool key() noexcept;
    bool afterValue(bool &finished) noexcept;
    bool open(uint32_t kind, uint8_t closer) noexcept;
    void close() noexcept;
    bool string() noexcept;
    bool number() noexcept;
    bool literal(const char *text, uint32_t size, uint32_t kind) noexcept;
    bool append(uint32_t start, uint32_t end, uint32_t info) noexcept;
    bool escapesAreValid(uint32_t position, uint32_t end) noexcept;
    bool unicodeEscape(uint32_t position, uint32_t end, uint32_t &unit) const noexcept;
    bool fail(CSimdJSONCode code, uint32_t offset) noexcept;

    bool atEnd() const noexcept { return cursor >= indexCount; }
    /// Offset of the structural at the cursor, or the length behind the last.
    uint32_t here() const noexcept { return atEnd() ? length : index[cursor]; }
    /// The byte at the cursor, or 0 (never a structural) behind the last.
    uint8_t peek() const noexcept { return atEnd() ? 0 : bytes[index[cursor]]; }

    static constexpr uint32_t none = UINT32_MAX;

    const uint8_t *const bytes;
    const uint32_t length;
    const uint32_t *const index;
    const uint32_t indexCount;
    CSimdJSONNode *const nodes;
    const CSimdJSONLimits limits;

    uint32_t cursor = 0;
    uint32_t depth = 0;
    /// The innermost open container. Until it closes, a container's `next` holds its parent.
    uint32_t container = none;
};

#endif
