// The library is built to report errors as codes: nothing here throws, and nothing may.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include "CSimdJSON.h"
#include "TapeBuilder.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace {

using Indexer = simdjson::internal::dom_parser_implementation;

constexpr uint32_t unknownOffset = UINT32_MAX;
constexpr uint32_t largestSource = 1u << 30;
constexpr uint32_t largestTape = (1u << 28) - 1;
/// An indexer holds four bytes for each byte of source: those for larger sources are not kept.
constexpr size_t largestKeptCapacity = size_t(4) << 20;
constexpr size_t smallestCapacity = size_t(64) << 10;

CSimdJSONTape failure(CSimdJSONCode code, uint32_t offset = unknownOffset) noexcept {
    return CSimdJSONTape{code, offset, nullptr, 0};
}

CSimdJSONCode translated(simdjson::error_code code) noexcept {
    switch (code) {
    case simdjson::UTF8_ERROR: return CSIMDJSON_NOT_UTF8;
    case simdjson::UNCLOSED_STRING: return CSIMDJSON_UNCLOSED_STRING;
    case simdjson::UNESCAPED_CHARS: return CSIMDJSON_CONTROL_CHARACTER;
    case simdjson::EMPTY: return CSIMDJSON_EMPTY;
    case simdjson::MEMALLOC: return CSIMDJSON_OUT_OF_MEMORY;
    case simdjson::CAPACITY: return CSIMDJSON_TOO_LARGE;
    default: return CSIMDJSON_MALFORMED;
    }
}

/// Makes `indexer` fit for `length` bytes, growing in powers of two so that it is seldom replaced.
simdjson::error_code prepare(std::unique_ptr<Indexer> &indexer, size_t length) noexcept {
    if (indexer && indexer->capacity() >= length) return simdjson::SUCCESS;
    size_t capacity = smallestCapacity;
    while (capacity < length) capacity *= 2;
    // Depth is for simdjson's own second stage, which is not used.
    if (indexer) return indexer->allocate(capacity, 1);
    return simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, indexer);
}

CSimdJSONTape tapeOf(Indexer &indexer, const uint8_t *bytes, uint32_t length, CSimdJSONLimits limits) noexcept {
    const auto indexed = indexer.stage1(bytes, length, simdjson::stage1_mode::regular);
    if (indexed != simdjson::SUCCESS) return failure(translated(indexed));
    limits.max_nodes = std::min(std::min(limits.max_nodes, largestTape), indexer.n_structural_indexes);
    // Each node has a structural of its own, so this is enough; what is never written costs no memory.
    const size_t room = std::max<size_t>(limits.max_nodes, 1) * sizeof(CSimdJSONNode);
    auto *nodes = static_cast<CSimdJSONNode *>(std::malloc(room));
    if (nodes == nullptr) return failure(CSIMDJSON_OUT_OF_MEMORY);
    TapeBuilder builder(bytes, length, indexer.structural_indexes.get(), indexer.n_structural_indexes, nodes, limits);
    if (!builder.build()) {
        std::free(nodes);
        return failure(builder.code, builder.offset);
    }
    auto *fitted = static_cast<CSimdJSONNode *>(std::realloc(nodes, builder.count * sizeof(CSimdJSONNode)));
    return CSimdJSONTape{CSIMDJSON_OK, 0, fitted == nullptr ? nodes : fitted, builder.count};
}

/// How many bytes of byte order mark there are.
size_t markLength(const uint8_t *bytes, size_t length) noexcept {
    return length >= 3 && std::memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

} // namespace

extern "C" CSimdJSONTape csimdjson_parse(const uint8_t *bytes, size_t length, CSimdJSONLimits limits) {
    if (length > std::min(limits.max_bytes, largestSource)) return failure(CSIMDJSON_TOO_LARGE, 0);
    if (length == 0) return failure(CSIMDJSON_EMPTY, 0);
    const uint32_t mark = static_cast<uint32_t>(markLength(bytes, length));
    if (length == mark) return failure(CSIMDJSON_EMPTY, mark);

    thread_local std::unique_ptr<Indexer> indexer;
    const auto prepared = prepare(indexer, length - mark);
    if (prepared != simdjson::SUCCESS) {
        indexer.reset();
        return failure(translated(prepared));
    }
    CSimdJSONTape tape = tapeOf(*indexer, bytes + mark, static_cast<uint32_t>(length) - mark, limits);
    if (indexer->capacity() > largestKeptCapacity) indexer.reset();
    if (mark == 0) return tape;
    if (tape.offset != unknownOffset && tape.code != CSIMDJSON_OK) tape.offset += mark;
    for (uint32_t i = 0; i < tape.count; ++i) {
        tape.nodes[i].start += mark;
        tape.nodes[i].end += mark;
    }
    return tape;
}

extern "C" void csimdjson_free(CSimdJSONNode *nodes) { std::free(nodes); }
