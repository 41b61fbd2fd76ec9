"""Channels to the hubs of other provinces, at the addresses that the nation's directory names."""

from __future__ import annotations

from dataclasses import dataclass, field

import grpc

from chassis.keys import Directory
from chassis.rpc import TlsFiles, open_channel
from kernel.office import Office, Tier


@dataclass
class Peers:
    """One channel for each hub that was asked for; another where the directory has come to name another address."""

    directory: Directory
    tls: TlsFiles
    _channels: dict[tuple[str, str], grpc.aio.Channel] = field(default_factory=dict)

    def channel(self, province: str) -> grpc.aio.Channel:
        """To a province's hub. Raises what the directory raises of a province that it does not name."""
        address = self.directory.province(province).archive_address
        if (province, address) not in self._channels:
            office = Office(Tier.PROVINCE, province)
            self._channels[province, address] = open_channel(address, office=office, tls=self.tls)
        return self._channels[province, address]

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close()
