// Layers for every tile of the tensor-core kernels, at sizes that fill none.
#pragma once

#include <vector>

#include "plannedCase.h"

namespace trtfairmot
{

// Rectangles and rows, whole and split sums, both 16-bit types, packed too.
std::vector<PlannedCase> tileCases();

// The kernel with its own offset convolution: small and large offsets, one and more chunks of channels, packed too.
std::vector<PlannedCase> fusedCases();

// Likewise with the weights in shared memory, several tiles a block and one.
std::vector<PlannedCase> residentCases();

} // namespace trtfairmot
