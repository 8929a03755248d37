#include "candidate.h"
#include "headTile.h"
#include "peakHeads.h"
#include "workspace.h"

namespace trtfairmot
{

namespace
{

// Tiles by the shared memory they need, for a few blocks and for many.
constexpr int32_t kDEEP_TILE = 6; // 64 peaks, 9 slices on their way
constexpr int32_t kMIDDLE_TILE = 5;
constexpr int32_t kFLAT_TILE = 1;
constexpr int32_t kSMALL_TILE = 0;

bool fits(int32_t tile, int32_t sharedBytes)
{
    return traitsOfHeadTile(tile).sharedBytes <= sharedBytes;
}

} // namespace

bool PeakHeadsParams::operator==(PeakHeadsParams const& other) const
{
    return batch == other.batch && classes == other.classes && height == other.height && width == other.width
        && features == other.features && hidden == other.hidden && channels == other.channels && topK == other.topK
        && stride == other.stride && halfLogits == other.halfLogits;
}

char const* problemFromParams(PeakHeadsParams const& p)
{
    if (p.batch < 1 || p.batch > 65535 || p.classes < 1 || p.height < 1 || p.width < 1)
    {
        return "Expected a heat map of 1 to 65535 images with at least one cell.";
    }
    if (static_cast<int64_t>(p.classes) * p.height * p.width >= int64_t{1} << 30)
    {
        return "Expected a heat map of fewer than 2^30 cells.";
    }
    if (p.features < 8 || p.features % 8 != 0)
    {
        return "Expected features with a multiple of 8 channels.";
    }
    if (p.hidden < kHEAD_COLUMNS || p.hidden % kHEAD_COLUMNS != 0)
    {
        return "Expected heads whose first convolution has a multiple of 64 channels.";
    }
    if ((p.channels.wh != 4 && p.channels.wh != 2) || (p.channels.reg != 2 && p.channels.reg != 0))
    {
        return "Expected 4 or 2 channels of wh, and 2 or none of reg.";
    }
    if (p.channels.id < 4 || p.channels.id > kMAX_EMBEDDING || p.channels.id % 4 != 0)
    {
        return "Expected 4 to 1024 channels of id, a multiple of 4.";
    }
    if (p.topK < 1 || p.topK > kMAX_TOP_K)
    {
        return "Expected top_k from 1 to 1024.";
    }
    return p.stride < 1 ? "Expected a stride of 1 or more." : nullptr;
}

size_t peakHeadsWorkspaceSize(PeakHeadsParams const& params)
{
    return Workspace(params).size;
}

PeakHeadsPlan planFromParams(PeakHeadsParams const& p)
{
    int32_t device = 0;
    int32_t major = 0;
    int32_t sharedBytes = 48 * 1024;
    int32_t processors = 1;
    if (cudaGetDevice(&device) == cudaSuccess)
    {
        cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
        cudaDeviceGetAttribute(&sharedBytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
        cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
    }
    int32_t const rows = ceilDiv(p.topK, traitsOfHeadTile(kDEEP_TILE).rows);
    bool const few = p.batch * rows * p.channels.heads() * (p.hidden / kHEAD_COLUMNS) <= processors;
    PeakHeadsPlan plan;
    plan.overlap = major >= 9;
    plan.tile = few && fits(kDEEP_TILE, sharedBytes) ? kDEEP_TILE
        : few && fits(kMIDDLE_TILE, sharedBytes)     ? kMIDDLE_TILE
        : fits(kFLAT_TILE, sharedBytes)              ? kFLAT_TILE
                                                     : kSMALL_TILE;
    return plan;
}

} // namespace trtfairmot
