using System.Net.WebSockets;

namespace SuRnnStream.Server;

/// <summary>A session's way from its first message to its close, whatever it is about.</summary>
static class Conversation
{
    /// <param name="socket">The client's.</param>
    /// <param name="outbox">What is sent to it.</param>
    /// <param name="listen">Takes its messages until it has ended.</param>
    /// <param name="leave">Gives up what the session holds, and completes the outbox. Called once, in any case.</param>
    /// <returns>The close code; 1006 where the connection broke.</returns>
    public static async Task<int> RunAsync(ClientSocket socket, Outbox outbox, Func<Task> listen, Action leave)
    {
        var sending = socket.SendAllAsync(outbox);
        var (code, reason) = (CloseCode.Done, "");
        try
        {
            await listen();
        }
        catch (ProtocolException end)
        {
            (code, reason) = (end.Code, end.Message);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            code = 0;
        }
        finally
        {
            leave();
        }
        try
        {
            await socket.DrainAsync(sending);
            if (code != 0) await socket.CloseAsync(code, reason);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            code = 0;
        }
        return code == 0 ? 1006 : code;
    }

    static bool IsBroken(Exception error) => error is WebSocketException or IOException or OperationCanceledException;
}
