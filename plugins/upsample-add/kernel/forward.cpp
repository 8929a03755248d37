#include <cstdio>

#include "upsampleAddArgs.h"

namespace trtfairmot
{

namespace
{

constexpr int32_t kBEST_CUT = 0;

bool isValid(UpsampleAddParams const& p)
{
    int64_t const outPixels = static_cast<int64_t>(p.height) * p.width * p.factor * p.factor;
    return p.batch >= 1 && p.batch <= 65535 && p.channels >= 8 && p.channels % 8 == 0 && p.height >= 1 && p.width >= 1
        && p.height < 16000 && p.width < 16000 && outPixels * p.channels < (int64_t{1} << 31);
}

} // namespace

int32_t upsampleAddCutCount(int32_t factor)
{
    int32_t const counts[] = {std::tuple_size_v<UpsampleAddCuts2>, std::tuple_size_v<UpsampleAddCuts4>};
    return factor == 2 ? counts[0] : factor == 4 ? counts[1] : 0;
}

char const* upsampleAddCutName(int32_t factor, int32_t cut)
{
    static thread_local char name[48] = "";
    withUpsampleAddCut(factor, cut, 0,
        [&](auto shape)
        {
            using Cut = decltype(shape);
            return std::snprintf(name, sizeof(name), "%dx%d of %d cells, %d blocks", Cut::kROWS,
                Cut::kCOLUMNS, Cut::kCELLS, Cut::kBLOCKS);
        });
    return name;
}

cudaError_t upsampleAddForward(
    UpsampleAddParams const& p, UpsampleAddTensors const& tensors, cudaStream_t stream, int32_t cut)
{
    int32_t const chosen = cut == kUPSAMPLE_DEFAULT_CUT ? kBEST_CUT : cut;
    if (!isValid(p) || chosen < 0 || chosen >= upsampleAddCutCount(p.factor))
    {
        return cudaErrorInvalidValue;
    }
    UpsampleAddArgs const args{static_cast<uint4 const*>(tensors.x), static_cast<uint4 const*>(tensors.skip),
        static_cast<uint4 const*>(tensors.weights), static_cast<uint4*>(tensors.output), p.channels / 8, p.height,
        p.width};
    return launchUpsampleAdd(p.factor, chosen, args, p.batch, stream);
}

} // namespace trtfairmot
