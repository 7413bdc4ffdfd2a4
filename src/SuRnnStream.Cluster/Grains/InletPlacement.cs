using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace SuRnnStream.Cluster;

/// <summary>A silo's inlet is on that silo.</summary>
[Serializable, GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("surnn.inlet-placement")]
sealed class InletPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
sealed class OnItsSiloAttribute() : PlacementAttribute(new InletPlacement());

sealed class InletPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var wanted = SiloAddress.FromParsableString(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(wanted)
            ? Task.FromResult(wanted)
            : Task.FromException<SiloAddress>(new SiloUnavailableException($"There is no silo {wanted} in this cluster (any more)."));
    }
}
