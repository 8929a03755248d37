// Which kernel runs a layer, in which tiles, and what it needs of the workspace.
#pragma once

#include "dcnv2.h"
#include "pixelMap.h"

namespace trtfairmot
{

struct DeviceTraits
{
    int32_t processors{0}; // multiprocessors
    int32_t capability{0}; // 10 * major + minor
    int32_t sharedPerBlock{0}; // bytes, opted in
    int32_t sharedPerProcessor{0};
    bool warpgroupProducts{false}; // wgmma, there and in this build
};

// Of the current device, asked once.
cudaError_t deviceTraits(DeviceTraits& traits);

// Whether type, groups and channels suit the tensor-core kernel.
bool suitsTensorCores(Dcnv2Params const& params);

Dcnv2Plan planFromParams(Dcnv2Params const& params, DeviceTraits const& traits);
bool planIsSupported(Dcnv2Params const& params, Dcnv2Plan const& plan, DeviceTraits const& traits);

PixelMap mapOfPlan(Dcnv2Params const& params, int32_t pixels, int32_t tileWidth);

// Byte offsets within the workspace; 256-byte aligned.
struct WorkspaceLayout
{
    size_t input; // channels-last copy of the input, where it is not channels-last
    size_t weight; // OHWI copy of the weights, where they are OIHW
    size_t partials; // parts of split sums
    size_t bytes;
};

WorkspaceLayout workspaceLayout(Dcnv2Params const& params);

constexpr int32_t kMAX_SPLITS = 16;
constexpr int64_t kMAX_PARTIAL_BYTES = int64_t{16} << 20;

int64_t partialBytes(Dcnv2Params const& params, int32_t splits);

} // namespace trtfairmot
