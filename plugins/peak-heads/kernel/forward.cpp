#include "launch.h"
#include "peakHeads.h"
#include "workspace.h"

namespace trtfairmot
{

namespace
{

template <typename T>
T* at(PeakHeadsTensors const& tensors, size_t offset)
{
    return reinterpret_cast<T*>(static_cast<char*>(tensors.workspace) + offset);
}

FindPeaksArgs findPeaksArgs(PeakHeadsParams const& p, Workspace const& w, PeakHeadsTensors const& tensors)
{
    return FindPeaksArgs{tensors.logits, p.halfLogits, p.classes, p.height, p.width, w.tilesX, w.tilesY,
        at<uint32_t>(tensors, w.counts), at<Key>(tensors, w.candidates)};
}

SelectArgs selectArgs(PeakHeadsParams const& p, Workspace const& w, PeakHeadsTensors const& tensors)
{
    return SelectArgs{at<uint32_t>(tensors, w.counts), at<Key>(tensors, w.candidates), w.tiles, p.topK,
        p.height * p.width, at<Key>(tensors, w.selected), tensors.scores,
        tensors.classes};
}

HeadGemmArgs headGemmArgs(PeakHeadsParams const& p, Workspace const& w, PeakHeadsTensors const& tensors)
{
    HeadGemmArgs args{};
    args.features = tensors.features;
    args.firstWeight = tensors.firstWeight;
    args.firstBias = tensors.firstBias;
    args.secondWeight = tensors.secondWeight;
    args.selected = at<Key>(tensors, w.selected);
    args.parts = at<float>(tensors, w.parts);
    args.imageParts = w.imageParts;
    args.vectors = p.features / 8;
    args.hidden = p.hidden;
    args.height = p.height;
    args.width = p.width;
    args.topK = p.topK;
    args.slices = ceilDiv(9 * p.features, kHEAD_SLICE);
    int32_t results = 0;
    int64_t offset = 0;
    int32_t head = 0;
    for (int32_t const channels : {p.channels.wh, p.channels.reg, p.channels.id})
    {
        if (channels > 0)
        {
            args.heads[head++] = HeadPart{results, channels, Workspace::pitch(channels), offset};
        }
        results += channels;
        offset += static_cast<int64_t>(w.hiddenParts) * p.topK * Workspace::pitch(channels);
    }
    return args;
}

FinishRowsArgs finishRowsArgs(
    PeakHeadsParams const& p, Workspace const& w, PeakHeadsTensors const& tensors, HeadGemmArgs const& gemm)
{
    return FinishRowsArgs{gemm, tensors.secondBias, tensors.scores, tensors.boxes, tensors.embeddings, p.channels.wh,
        p.channels.reg, p.channels.id, w.hiddenParts, static_cast<float>(p.stride)};
}

} // namespace

cudaError_t peakHeadsKernels(PeakHeadsParams const& p, PeakHeadsPlan const& plan, PeakHeadsTensors const& tensors,
    PeakHeadsStage first, PeakHeadsStage last, cudaStream_t stream)
{
    HeadTileTraits const tile = traitsOfHeadTile(plan.tile);
    if (problemFromParams(p) != nullptr || tile.rows == 0)
    {
        return cudaErrorInvalidValue;
    }
    Workspace const w(p);
    HeadGemmArgs const gemm = headGemmArgs(p, w, tensors);
    auto const wanted = [&](PeakHeadsStage stage) { return first <= stage && stage <= last; };
    cudaError_t status = cudaSuccess;
    if (wanted(PeakHeadsStage::kFIND))
    {
        status = launchFindPeaks(findPeaksArgs(p, w, tensors), dim3(w.tiles, p.batch), stream);
    }
    if (status == cudaSuccess && wanted(PeakHeadsStage::kSELECT))
    {
        status = launchSelectTopK(selectArgs(p, w, tensors), dim3(p.batch), plan.overlap, stream);
    }
    if (status == cudaSuccess && wanted(PeakHeadsStage::kHEADS))
    {
        dim3 const grid(p.channels.heads() * w.hiddenParts, ceilDiv(p.topK, tile.rows), p.batch);
        status = launchHeadGemm(plan.tile, gemm, grid, plan.overlap, stream);
    }
    if (status == cudaSuccess && wanted(PeakHeadsStage::kFINISH))
    {
        dim3 const grid(ceilDiv(p.topK, kROWS_PER_BLOCK), p.batch);
        status = launchFinishRows(finishRowsArgs(p, w, tensors, gemm), grid, plan.overlap, stream);
    }
    return status;
}

cudaError_t peakHeadsForward(PeakHeadsParams const& params, PeakHeadsPlan const& plan, PeakHeadsTensors const& tensors,
    cudaStream_t stream)
{
    return peakHeadsKernels(params, plan, tensors, PeakHeadsStage::kFIND, PeakHeadsStage::kFINISH, stream);
}

} // namespace trtfairmot
