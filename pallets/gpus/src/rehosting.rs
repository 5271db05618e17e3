//! Moving GPUs to another host.

use crate::{
	types::duty, AllPapers, Config, ContentHash, Document, Error, Event, GpuRecord, Hosted, Models, Notices, Pallet,
	Party, ProposalRecord, ProposalRecordOf, Proposals, PROPOSAL_LIFETIME,
};
use frame_support::{
	ensure,
	traits::{Consideration, Footprint},
};
use millpond_primitives::{GpuId, OperatorId};
use millpond_traits::{Clock, Deeds, GpuStatus, OnGpuStatus, Operators, Proofs};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_propose_rehost(
		who: T::AccountId,
		gpu: GpuId,
		operator: OperatorId,
		hosting: Document,
	) -> DispatchResult {
		let record = Self::gpu(gpu)?;
		let host = T::Operators::holder(operator).ok_or(Error::<T>::UnknownOperator)?;
		ensure!(record.operator != operator, Error::<T>::AlreadyHosted);
		ensure!(record.status != GpuStatus::Retired, Error::<T>::IsRetired);
		Self::ensure_text([hosting.uri.as_slice()])?;
		let party = match T::Deeds::holder(gpu) {
			Some(holder) if holder == who => Party::Holder,
			_ if host == who => Party::Host,
			_ => return Err(Error::<T>::NotParty.into()),
		};
		let expires = T::Clock::now()
			.checked_add(PROPOSAL_LIFETIME)
			.ok_or(Error::<T>::Overflow)?;
		if let Some(old) = Proposals::<T>::get(gpu, operator) {
			old.ticket.drop(&old.by)?;
		}
		let proposal = ProposalRecord {
			ticket: T::Consideration::new(&who, Self::proposal_footprint())?,
			by: who.clone(),
			party,
			hosting,
			expires,
		};
		Proposals::<T>::insert(gpu, operator, proposal);
		Self::deposit_event(Event::RehostProposed {
			gpu,
			operator,
			by: who,
			party,
			expires,
		});
		Ok(())
	}

	pub(crate) fn do_accept_rehost(
		who: &T::AccountId,
		gpu: GpuId,
		operator: OperatorId,
		agreement: ContentHash,
	) -> DispatchResult {
		let proposal = Self::proposal(gpu, operator)?;
		let record = Self::gpu(gpu)?;
		ensure!(record.status != GpuStatus::Retired, Error::<T>::IsRetired);
		ensure!(Self::stands(gpu, operator, &proposal), Error::<T>::ProposalVoid);
		ensure!(proposal.hosting.hash == agreement, Error::<T>::ProposalChanged);
		let other = match proposal.party {
			Party::Holder => T::Operators::holder(operator),
			Party::Host => T::Deeds::holder(gpu),
		};
		ensure!(other.as_ref() == Some(who), Error::<T>::NotAddressed);
		proposal.ticket.drop(&proposal.by)?;
		Proposals::<T>::remove(gpu, operator);
		Self::move_to_host(gpu, record, operator, proposal.hosting)
	}

	pub(crate) fn do_withdraw_proposal(who: &T::AccountId, gpu: GpuId, operator: OperatorId) -> DispatchResult {
		let proposal = Self::proposal(gpu, operator)?;
		ensure!(
			*who == proposal.by || !Self::stands(gpu, operator, &proposal),
			Error::<T>::ProposalStands
		);
		proposal.ticket.drop(&proposal.by)?;
		Proposals::<T>::remove(gpu, operator);
		Self::deposit_event(Event::ProposalWithdrawn { gpu, operator });
		Ok(())
	}

	/// Has `operator` host the GPU from now on. It has to prove itself anew: that the old host had it says nothing about
	/// the new one.
	fn move_to_host(gpu: GpuId, old: GpuRecord, operator: OperatorId, hosting: Document) -> DispatchResult {
		T::Pools::ensure_in_no_pool(gpu)?;
		T::Proofs::ensure_none_owed(gpu)?;
		let bond = Models::<T>::get(old.model)
			.ok_or(Error::<T>::UnknownModel)?
			.model
			.bond
			.get();
		T::Operators::take_on(operator, duty(bond))?;
		T::Operators::lay_down(old.operator, old.duty())?;
		Hosted::<T>::remove(old.operator, gpu);
		Hosted::<T>::insert(operator, gpu, ());
		Notices::<T>::remove(gpu);
		AllPapers::<T>::mutate_extant(gpu, |papers| papers.hosting = hosting);
		T::Deeds::withdraw_offers(gpu)?;
		Self::show_operator(gpu, operator);
		Self::deposit_event(Event::Rehosted {
			gpu,
			from: old.operator,
			to: operator,
		});
		let unproven_since = match old.status {
			GpuStatus::Registered => old.unproven_since,
			_ => T::Clock::now(),
		};
		let new = GpuRecord {
			operator,
			bond,
			unproven_since,
			..old
		};
		Self::put_status(gpu, new, GpuStatus::Registered, T::Clock::now())
	}

	fn proposal(gpu: GpuId, operator: OperatorId) -> Result<ProposalRecordOf<T>, DispatchError> {
		Proposals::<T>::get(gpu, operator).ok_or_else(|| Error::<T>::UnknownProposal.into())
	}

	/// Whether it may still be accepted: it has not expired, and who made it holds what he spoke for.
	fn stands(gpu: GpuId, operator: OperatorId, proposal: &ProposalRecordOf<T>) -> bool {
		let speaker = match proposal.party {
			Party::Holder => T::Deeds::holder(gpu),
			Party::Host => T::Operators::holder(operator),
		};
		T::Clock::now() < proposal.expires && speaker.as_ref() == Some(&proposal.by) && T::Deeds::holder(gpu).is_some()
	}

	/// What is stored for a proposal.
	pub(crate) fn proposal_footprint() -> Footprint {
		Footprint::from_mel::<(GpuId, OperatorId, ProposalRecordOf<T>)>()
	}
}
