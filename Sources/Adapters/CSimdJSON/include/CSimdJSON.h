/// A flat tape of one JSON document, made by simdjson's structural index and one checking pass over it.
///
/// The whole document is checked before anything is handed out: structure, UTF-8, escapes, surrogate pairs, the grammar
/// of numbers, depth, and that nothing follows the value. No C++ exception leaves these functions.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a node is: the low three bits of `info`.
enum {
    CSIMDJSON_NULL = 0,
    CSIMDJSON_FALSE = 1,
    CSIMDJSON_TRUE = 2,
    CSIMDJSON_NUMBER = 3,
    CSIMDJSON_STRING = 4,
    CSIMDJSON_ARRAY = 5,
    CSIMDJSON_OBJECT = 6,
    CSIMDJSON_KIND_MASK = 7,
    /// Set on a string that contains a backslash: its text differs from its source.
    CSIMDJSON_ESCAPED = 8,
    /// `info >> CSIMDJSON_COUNT_SHIFT` is the number of elements, or of members, of a container.
    CSIMDJSON_COUNT_SHIFT = 4,
};

/// One value, or one key, in the order of the source. An object's members are pairs of nodes: a string, then its value.
typedef struct {
    /// Offset of the first byte in the source, a string's opening quote included.
    uint32_t start;
    /// Offset behind the last byte.
    uint32_t end;
    /// Index of the first node behind this one and everything in it.
    uint32_t next;
    uint32_t info;
} CSimdJSONNode;

typedef enum {
    CSIMDJSON_OK = 0,
    /// No value at all.
    CSIMDJSON_EMPTY,
    CSIMDJSON_MALFORMED,
    CSIMDJSON_NOT_UTF8,
    CSIMDJSON_UNCLOSED_STRING,
    /// A control character inside a string.
    CSIMDJSON_CONTROL_CHARACTER,
    CSIMDJSON_BAD_ESCAPE,
    CSIMDJSON_BAD_NUMBER,
    CSIMDJSON_TRAILING_CONTENT,
    CSIMDJSON_TOO_DEEP,
    CSIMDJSON_TOO_MANY_NODES,
    CSIMDJSON_TOO_LARGE,
    CSIMDJSON_OUT_OF_MEMORY,
} CSimdJSONCode;

typedef struct {
    /// Bytes of source; at most 2^30 whatever is asked.
    uint32_t max_bytes;
    /// Nodes, keys included; at most 2^28 - 1 whatever is asked.
    uint32_t max_nodes;
    /// Containers inside each other.
    uint32_t max_depth;
} CSimdJSONLimits;

typedef struct {
    CSimdJSONCode code;
    /// Where the source is wrong; UINT32_MAX where that is not known.
    uint32_t offset;
    /// NULL unless `code` is OK. Owned by the caller: give it to `csimdjson_free`.
    CSimdJSONNode *nodes;
    uint32_t count;
} CSimdJSONTape;

/// Parses `length` bytes. A UTF-8 byte order mark is skipped, as RFC 8259 section 8.1 allows.
///
/// `bytes` must be followed by 64 readable bytes. Parsers are kept one a thread, and not kept past 4 MiB of source.
CSimdJSONTape csimdjson_parse(const uint8_t *bytes, size_t length, CSimdJSONLimits limits);

void csimdjson_free(CSimdJSONNode *nodes);

#ifdef __cplusplus
}
#endif

#endif
