// The command line of dcnv2_bench.
#pragma once

#include <string>

#include "layerCase.h"

namespace trtfairmot
{

struct BenchOptions
{
    int32_t batch{1};
    ElementType type{ElementType::kHALF};
    OffsetKind offsets{OffsetKind::kSMALL};
    bool tune{false};
    bool packed{false};
    bool fused{false};
    bool half{false}; // the network of half width
    int32_t repeats{30};
    std::string only; // a layer, such as 64-64-272; all where empty
};

// Ends the program with exit code 2 for what it doesn't know.
BenchOptions benchOptionsFrom(int argc, char** argv);

} // namespace trtfairmot
