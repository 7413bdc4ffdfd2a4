namespace SuRnnStream.Cluster;

/// <summary>Takes samples of many streams in one call, for those that its silo owns. Its key is <see cref="InletPlacement.Key"/>.</summary>
[Alias("surnn.inlet")]
interface IInletGrain : IGrainWithStringKey
{
    /// <summary>Takes what there is room for, waits until it has been processed, and answers in the order of the blocks.</summary>
    [Alias("push")]
    Task<BlockAnswer[]> PushManyAsync(Immutable<StreamBlock[]> blocks);

    /// <summary>How many streams the silo owns.</summary>
    [Alias("count")]
    Task<int> CountAsync();
}

/// <summary>The next samples of one stream.</summary>
/// <param name="Ticket">What its owner gave when it was opened (<see cref="StreamOpening.Ticket"/>).</param>
/// <param name="Position">Place in the stream of the first sample.</param>
/// <param name="Gap">True: the sender has nothing before them. False: where they do not follow on, it goes back and sends what is missing.</param>
/// <param name="Samples">In the stream's format. Empty: the sender only asks for detections.</param>
/// <param name="Heard">Cursor of the last detection that the sender has.</param>
/// <param name="Packed">How many samples <see cref="PackedSound"/> made these bytes of. 0: they are the samples themselves.</param>
[GenerateSerializer, Immutable, Alias("surnn.block")]
readonly record struct StreamBlock(
    [property: Id(0)] long Ticket, [property: Id(1)] long Position, [property: Id(2)] bool Gap, [property: Id(3)] byte[] Samples, [property: Id(4)] long Heard,
    [property: Id(5)] int Packed = 0);

/// <summary>What became of a block.</summary>
/// <param name="Here">False: this silo does not own the stream (any more), or has taken it up again since; ask its grain who does.</param>
/// <param name="Next">Place of the next sample that the stream needs. Before what was sent: go on from there.</param>
/// <param name="Saved">Place up to which the store has the stream: earlier samples can be forgotten.</param>
/// <param name="Detections">Those that the sender does not have yet. Null: none.</param>
/// <param name="Told">Place up to which all detections are among them, or were before.</param>
[GenerateSerializer, Immutable, Alias("surnn.answer")]
readonly record struct BlockAnswer(
    [property: Id(0)] bool Here, [property: Id(1)] long Next, [property: Id(2)] long Saved, [property: Id(3)] ClusterDetection[]? Detections, [property: Id(4)] long Told = 0);
