namespace SuRnnStream;

/// <summary>Where a server's streams are detected if not in its own pool, such as in a cluster. A service of the host; servers look for it.</summary>
public interface IClientPlace
{
    /// <summary>Opens a new stream. It does not fail; the stream's <see cref="IClientStream.Completion"/> does.</summary>
    /// <param name="order">Whose stream, and what is asked for.</param>
    IClientStream Open(ClientOrder order);
}
